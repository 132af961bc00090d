import {describe, expect, it} from 'vitest'
import {decodeHeld, encodeHeld, MOST_HELD} from '../../../src/lib/protocol/agent/held.ts'
import {decodeReportAnswer, encodeReportAnswer} from '../../../src/lib/protocol/agent/report-answer.ts'

const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))

describe('what an agent holds', () => {
  it('comes back as it was sent', () => {
    const held = [
      {taskId: 't-1', invokeVersion: 0},
      {taskId: 't-2', invokeVersion: 7},
    ]
    expect(decodeHeld(bytes(encodeHeld(held)))).toEqual(held)
    expect(decodeHeld(bytes(encodeHeld([])))).toEqual([])
  })

  it.each([
    {name: 'an empty body', body: new Uint8Array()},
    {name: 'text', body: Buffer.from('hello')},
    {name: 'an array', body: bytes([{taskId: 't-1'}])},
    {name: 'a list that is none', body: bytes({held: 'all'})},
  ])('$name says nothing of it', ({body}) => {
    expect(decodeHeld(body)).toBeUndefined()
  })

  it('is read entry by entry, and no further than its limit', () => {
    expect(decodeHeld(bytes({held: [null, {taskId: ''}, {taskId: 'x'.repeat(65)}, {taskId: 't-1'}]}))).toEqual([
      {taskId: 't-1', invokeVersion: 0},
    ])
    const many = Array.from({length: MOST_HELD + 1}, (_, number) => ({taskId: `t-${number}`, invokeVersion: 0}))
    expect(encodeHeld(many).held).toHaveLength(MOST_HELD)
    expect(decodeHeld(bytes({held: many}))).toHaveLength(MOST_HELD)
  })
})

describe('the answer to a report', () => {
  it('says whether the task was over before', () => {
    for (const over of [true, false])
      expect(decodeReportAnswer(JSON.stringify(encodeReportAnswer({over})))).toEqual({over})
  })

  it.each(['', 'ok', '{"code":200}', '{"over":"yes"}', '[]'])('%j says nothing of an end', (body) => {
    expect(decodeReportAnswer(body)).toEqual({over: false})
  })
})
