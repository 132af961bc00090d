import {describe, expect, it} from 'vitest'
import {AssistError} from '../../../src/lib/core/errors.ts'
import {pointAt, ScheduleError} from '../../../src/lib/schedule/error.ts'

function mistake(position: number, length: number): ScheduleError {
  return new ScheduleError('InvalidCronExpression', 'wrong', {position, length})
}

describe('ScheduleError', () => {
  it('is a usage error of ours', () => {
    const error = mistake(3, 2)
    expect(error).toBeInstanceOf(AssistError)
    expect({...error, message: error.message}).toMatchObject({
      code: 'usage',
      reason: 'InvalidCronExpression',
      position: 3,
      length: 2,
      message: 'wrong',
    })
  })
})

describe('pointAt', () => {
  it.each([
    {name: 'marks the characters', at: [2, 2], text: '0 60 0 * * ?', lines: ['0 60 0 * * ?', '  ^^']},
    {name: 'marks one column where something is missing', at: [8, 0], text: 'rate(5m', lines: ['rate(5m', '       ^']},
    {name: 'marks the start of an empty text', at: [0, 1], text: '', lines: ['', '^']},
    {name: 'stays within the text', at: [2, 99], text: '0 60', lines: ['0 60', '  ^^']},
    {name: 'counts wide characters as two columns', at: [2, 2], text: '每 六十 * *', lines: ['每 六十 * *', '   ^^^^']},
    {name: 'escapes what a terminal would act on', at: [2, 1], text: '\u001b\nx', lines: ['\\x1b\\nx', '      ^']},
  ])('$name', ({at, text, lines}) => {
    expect(pointAt(mistake(at[0] ?? 0, at[1] ?? 0), text).split('\n')).toEqual(lines)
  })

  it('cuts a long expression around the mistake', () => {
    const [shown = '', marker = ''] = pointAt(mistake(500, 3), `${'a'.repeat(500)}bad${'c'.repeat(500)}`).split('\n')
    expect(shown).toBe(`…${'a'.repeat(60)}bad${'c'.repeat(37)}…`)
    expect(shown.slice(marker.indexOf('^'))).toMatch(/^bad/)
    expect(marker.trim()).toBe('^^^')
  })
})
