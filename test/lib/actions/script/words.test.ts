import {execFileSync} from 'node:child_process'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {parseParameters, parseTags, parseVariables} from '../../../../src/lib/actions/fields/pairs.ts'
import {prependEnvironment} from '../../../../src/lib/actions/script/env-prelude.ts'
import {joinWords} from '../../../../src/lib/actions/script/join-words.ts'
import {chooseScriptType} from '../../../../src/lib/actions/script/script-type.ts'

const shell = (script: string): string => execFileSync('sh', ['-s'], {input: script}).toString()

describe('joinWords', () => {
  it('takes a single word as the script', () => {
    expect(joinWords(['echo $HOME; ls'], 'RunShellScript')).toBe('echo $HOME; ls')
  })

  it.each([
    {type: 'RunShellScript', script: "ls -l '/my files' 'it'\\''s' '' '$HOME'"},
    {type: 'RunPowerShellScript', script: "& 'ls' '-l' '/my files' 'it''s' '' '$HOME'"},
    {type: 'RunBatScript', script: 'ls -l "/my files" "it\'s" "" "$HOME"'},
  ] as const)('quotes several for $type', ({type, script}) => {
    expect(joinWords(['ls', '-l', '/my files', "it's", '', '$HOME'], type)).toBe(script)
  })

  it('gives each word to a real shell as it was', () => {
    const word = fc.string({unit: 'grapheme', maxLength: 12}).filter((text) => !text.includes('\0'))
    fc.assert(
      fc.property(fc.array(word, {minLength: 2, maxLength: 4}), (words) => {
        expect(shell(joinWords(['printf', '%s\\0', ...words], 'RunShellScript'))).toBe(
          words.map((one) => `${one}\0`).join(''),
        )
      }),
      {seed: 7, numRuns: 40},
    )
  })
})

describe('prependEnvironment', () => {
  it('exports values to a real shell as they were', () => {
    const value = fc.string({unit: 'grapheme', maxLength: 12}).filter((text) => !text.includes('\0'))
    fc.assert(
      fc.property(value, (text) => {
        const script = prependEnvironment('printf %s "$V"', [['V', text]], 'RunShellScript')
        expect(script).not.toContain('{{')
        expect(shell(script)).toBe(text)
      }),
      {seed: 7, numRuns: 40, examples: [['{{name}}'], ["'; exit 3; '"], ['{{{a}}}'], ['汉字\n$(id)']]},
    )
  })

  it.each([
    {
      name: 'keeps the interpreter line first',
      script: '#!/bin/bash -e\necho',
      type: 'RunShellScript',
      result: "#!/bin/bash -e\nexport A='1'\necho",
    },
    {
      name: 'knows env shebangs',
      script: '#!/usr/bin/env bash\necho',
      type: 'RunShellScript',
      result: "#!/usr/bin/env bash\nexport A='1'\necho",
    },
    {
      name: 'speaks PowerShell, behind a BOM',
      script: '\ufeffls',
      type: 'RunPowerShellScript',
      result: "\ufeff$env:A = '1'\nls",
    },
    {name: 'speaks bat', script: 'dir', type: 'RunBatScript', result: '@set "A=1"\r\ndir'},
  ] as const)('$name', ({script, type, result}) => {
    expect(prependEnvironment(script, [['A', '1']], type)).toBe(result)
  })

  it.each([
    {name: 'python', script: '#!/usr/bin/python3\nprint()', type: 'RunShellScript', value: '1'},
    {name: 'a PowerShell param block', script: '# hi\nparam($x)', type: 'RunPowerShellScript', value: '1'},
    {name: 'a line break in bat', script: 'dir', type: 'RunBatScript', value: 'a\nb'},
  ] as const)('refuses $name', ({script, type, value}) => {
    expect(() => prependEnvironment(script, [['A', value]], type)).toThrow('--env')
  })
})

describe('pairs', () => {
  it('keep everything behind the first =', () => {
    expect(parseParameters(['a=b=c', 'B='])).toEqual({a: 'b=c', B: ''})
    expect(parseTags(['k=v'])).toEqual({k: 'v'})
    expect(parseVariables(['K=a b'])).toEqual([['K', 'a b']])
  })

  it.each([
    {name: 'no =', read: () => parseParameters(['a']), says: '--param must be name=value; given: "a"'},
    {name: 'no name', read: () => parseParameters(['=a']), says: '--param must be name=value'},
    {
      name: 'one name twice',
      read: () => parseParameters(['a=1', 'A=2']),
      says: 'given twice: "a" and "A", which are the same name',
    },
    {
      name: '11 parameters',
      read: () => parseParameters(Array.from({length: 11}, (_, i) => `p${i}=`)),
      says: 'at most 10 times; given: 11',
    },
    {name: 'a name with a dot', read: () => parseParameters(['a.b=1']), says: 'given: "a.b"'},
    {
      name: 'a name of 65 characters',
      read: () => parseParameters([`${'x'.repeat(65)}=1`]),
      says: 'at most 64 characters; given: 65',
    },
    {name: 'a variable twice', read: () => parseVariables(['A=1', 'A=2']), says: 'given twice: "A"'},
    {name: 'a variable with a dash', read: () => parseVariables(['A-B=1']), says: '--env'},
    {name: '21 tags', read: () => parseTags(Array.from({length: 21}, (_, i) => `t${i}=`)), says: 'at most 20 times'},
    {
      name: 'a long tag value',
      read: () => parseTags([`k=${'x'.repeat(129)}`]),
      says: 'at most 128 characters; given: ',
    },
  ])('refuse $name', ({read, says}) => {
    expect(read).toThrow(says)
  })
})

describe('chooseScriptType', () => {
  it.each([
    {asked: undefined, file: undefined, type: 'RunShellScript'},
    {asked: 'PowerShell', file: undefined, type: 'RunPowerShellScript'},
    {asked: 'RunBatScript', file: 'x.sh', type: 'RunBatScript'},
    {asked: undefined, file: 'x.PS1', type: 'RunPowerShellScript'},
    {asked: undefined, file: 'x.cmd', type: 'RunBatScript'},
  ])('is $type for $asked and $file', ({asked, file, type}) => {
    expect(chooseScriptType(asked, file)).toBe(type)
  })

  it('refuses other words', () => {
    expect(() => chooseScriptType('perl', undefined)).toThrow('--type must be shell, bat or powershell; given: "perl"')
  })
})
