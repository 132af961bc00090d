import {execFileSync} from 'node:child_process'
import {chmodSync, mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import {readScript, type ScriptSource} from '../../../../src/lib/actions/script/read-script.ts'
import {tempFolder} from '../../../support/cli.ts'

const folder = tempFolder()
afterAll(() => folder.remove())

const input = (text: string) => ({readInput: async (limit: number) => Buffer.from(text).subarray(0, limit)})
const source = (more: Partial<ScriptSource>): ScriptSource => ({
  words: [],
  afterDashes: undefined,
  file: undefined,
  type: undefined,
  ...more,
})
const file = (name: string, content: string | Buffer): string => {
  const path = join(folder.path, name)
  writeFileSync(path, content)
  return path
}

describe('readScript', () => {
  it.each([
    {name: 'an argument', from: source({words: ['echo 1']}), text: 'echo 1'},
    {name: 'standard input by -', from: source({words: ['-']}), text: 'from stdin'},
    {name: 'standard input by --file -', from: source({file: '-'}), text: 'from stdin'},
    {name: 'a file', from: source({file: file('a.sh', '#!/bin/sh\necho 汉字\n')}), text: '#!/bin/sh\necho 汉字\n'},
    {name: 'words behind --', from: source({afterDashes: ['ls', '-l', 'a b', 'a b']}), text: "ls -l 'a b' 'a b'"},
  ])('takes $name', async ({from, text}) => {
    expect(await readScript(input('from stdin'), from)).toMatchObject({text, type: 'RunShellScript', warnings: []})
  })

  it('keeps CR LF and warns', async () => {
    const script = await readScript(input(''), source({file: file('crlf.sh', 'echo 1\r\necho 2\r\n')}))
    expect(script.text).toBe('echo 1\r\necho 2\r\n')
    expect(script.warnings[0]).toContain('2 lines end in CR LF')
  })

  it('warns where the name of a file stands for a script', async () => {
    const path = file('deploy.sh', 'echo 1')
    const warned = await readScript(input(''), source({words: [path]}))
    expect(warned).toMatchObject({text: path, warnings: [expect.stringContaining(`-f ${path}`)]})
    expect(await readScript(input(''), source({words: ['/no/such.sh']}))).toMatchObject({warnings: []})
    expect(await readScript(input(''), source({words: ['@dir'], type: 'bat'}))).toMatchObject({text: '@dir'})
  })

  it('keeps the BOM of PowerShell, which needs it', async () => {
    const script = await readScript(input(''), source({file: file('bom.ps1', '\ufeffls')}))
    expect(script).toMatchObject({text: '\ufeffls', type: 'RunPowerShellScript', warnings: []})
  })

  it('takes 24 KB after Base64 to the byte', async () => {
    expect((await readScript(input(''), source({words: ['x'.repeat(18_432)]}))).text).toHaveLength(18_432)
  })

  const unreadable = file('unreadable.sh', 'echo')
  chmodSync(unreadable, 0o000)
  mkdirSync(join(folder.path, 'dir'))
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(folder.path, 'fifo')])

  it.each([
    {name: 'no script', from: source({}), says: 'no script is given'},
    {
      name: 'two sources',
      from: source({words: ['x'], file: 'a.sh'}),
      says: 'one source; given: an argument and --file',
    },
    {name: 'two arguments', from: source({words: ['echo', '1']}), says: 'one argument; given: 2'},
    {
      name: 'a file by another tool’s sign',
      from: source({words: ['@deploy.sh']}),
      says: 'the script is only "@deploy.sh"',
    },
    {name: 'a file by its address', from: source({words: ['file:///d.sh']}), says: 'the name of a file'},
    {name: 'a missing file', from: source({file: '/no/such'}), says: '--file "/no/such" does not exist'},
    {name: 'a directory', from: source({file: join(folder.path, 'dir')}), says: 'is a directory'},
    {name: 'a FIFO', from: source({file: join(folder.path, 'fifo')}), says: 'is not a regular file'},
    {name: 'an empty file', from: source({file: file('empty', '')}), says: 'the script is empty (0 bytes)'},
    {name: 'blanks', from: source({words: [' \n']}), says: 'the command line: the script is blank (2 bytes)'},
    {name: 'a BOM before a shell script', from: source({file: file('bom.sh', '\ufeffecho')}), says: 'byte order mark'},
    {
      name: 'UTF-16',
      from: source({file: file('utf16.ps1', Buffer.from('\ufeffls', 'utf16le'))}),
      says: 'UTF-16 (6 bytes)',
    },
    {name: 'NUL', from: source({file: file('nul', 'a\0b')}), says: 'NUL bytes; found one at byte 2 of 3'},
    {
      name: 'no UTF-8',
      from: source({file: file('latin1', Buffer.from([0x65, 0xe9, 0x65]))}),
      says: 'is not UTF-8 (3 bytes)',
    },
    {
      name: 'a byte too many',
      from: source({words: ['x'.repeat(18_433)]}),
      says: 'at most 18432 bytes (24576 after Base64); given: 18433 bytes (24580 after Base64)',
    },
    {
      name: 'a huge file',
      from: source({file: file('huge', Buffer.alloc(2_000_000, 'x'))}),
      says: 'given: 2000000 bytes',
    },
  ])('refuses $name', async ({from, says}) => {
    await expect(readScript(input('from stdin'), from)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(says),
    })
  })

  it.skipIf(process.getuid?.() === 0)('refuses an unreadable file', async () => {
    await expect(readScript(input(''), source({file: unreadable}))).rejects.toThrow('permission denied')
  })
})
