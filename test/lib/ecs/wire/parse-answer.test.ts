import {describe, expect, it} from 'vitest'
import {parseAnswer} from '../../../../src/lib/ecs/wire/parse-answer.ts'

describe('parseAnswer', () => {
  it.each([
    {
      name: 'integers that a number cannot hold',
      text: '{"a":12345678901234567890}',
      value: {a: '12345678901234567890'},
    },
    {name: 'negative ones', text: '[-9007199254740993]', value: ['-9007199254740993']},
    {name: 'the largest that it can', text: '[9007199254740991]', value: [9007199254740991]},
    {name: 'fractions of many digits', text: '[1.234567890123456789e2]', value: [123.45678901234568]},
    {
      name: 'digits inside texts',
      text: '{"12345678901234567890":"x\\"12345678901234567890\\\\","b":[12345678901234567890]}',
      value: {'12345678901234567890': 'x"12345678901234567890\\', b: ['12345678901234567890']},
    },
  ])('reads $name', ({text, value}) => {
    expect(parseAnswer(text)).toEqual(value)
  })

  it('takes a text of a megabyte', () => {
    const output = `${'\\n9'.repeat(500_000)}1234567890123456`
    expect(parseAnswer(`{"Output":"${output}"}`)).toEqual({Output: JSON.parse(`"${output}"`)})
  })

  it('refuses what is not JSON', () => {
    expect(() => parseAnswer('{"a":')).toThrow(SyntaxError)
  })
})
