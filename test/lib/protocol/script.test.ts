import {describe, expect, it} from 'vitest'
import {
  builtInNames,
  malformedPlaceholders,
  parameterNames,
  runsOn,
  substituteBuiltIns,
  substituteParameters,
} from '../../../src/lib/protocol/script.ts'

describe('parameterNames', () => {
  it.each([
    {name: 'in order, once each, ignoring case', script: '{{b}} {{A}} {{ B }}', names: ['b', 'A']},
    {name: 'with line breaks inside the braces', script: '{{\n name\t}}', names: ['name']},
    {name: 'but not built-in ones', script: '{{ACS::InstanceId}} {{oos:x}}', names: []},
    {name: 'the inner of nested braces', script: '{{ a {{b}} }}', names: ['b']},
  ])('finds names $name', ({script, names}) => {
    expect(parameterNames(script)).toEqual(names)
  })
})

describe('substituteParameters', () => {
  it('puts values in once, as they are', () => {
    const values = new Map([
      ['a', '{{b}} $& $1 \\0'],
      ['b', 'B'],
    ])
    expect(substituteParameters('{{a}}|{{ B }}|{{none}}', values)).toBe('{{b}} $& $1 \\0|B|')
  })
})

describe('malformedPlaceholders', () => {
  it('names what is neither custom nor built-in', () => {
    expect(malformedPlaceholders('{{ok}} {{a b}} {{}} {{ACS::X}} {{oos-secret:p}} {{名}}')).toEqual(['a b', '', '名'])
  })
})

describe('substituteBuiltIns', () => {
  const values = new Map([['InstanceId', 'i-1']])

  it('tolerates blanks around the colons', () => {
    expect(substituteBuiltIns('{{ ACS :: InstanceId }}', values)).toEqual({script: 'i-1'})
  })

  it('says which name it does not know', () => {
    expect(substituteBuiltIns('{{ACS::InstanceId}} {{ACS::Nope}}', values)).toEqual({unknown: 'Nope'})
  })

  it('leaves custom parameters alone', () => {
    expect(builtInNames('{{x}} {{ACS::A.b-c}}')).toEqual(['A.b-c'])
  })
})

describe('runsOn', () => {
  it.each([
    {type: 'RunShellScript', systems: ['linux', 'FreeBSD', 'unknown', ''], not: ['Windows']},
    {type: 'RunBatScript', systems: ['windows', 'Windows', 'unknown', ''], not: ['linux', 'freebsd']},
    {type: 'RunPowerShellScript', systems: ['windows', 'Linux', 'freebsd', 'unknown', ''], not: []},
  ] as const)('$type', ({type, systems, not}) => {
    expect(systems.filter((system) => !runsOn(type, system))).toEqual([])
    expect(not.filter((system) => runsOn(type, system))).toEqual([])
  })
})
