import {describe, expect, it} from 'vitest'
import {parseJson, parseRecord, records} from '../../../src/lib/core/json.ts'

describe('parseJson', () => {
  it.each([
    {name: 'a value', json: '[1]', is: [1]},
    {name: 'null, which is one', json: 'null', is: null},
    {name: 'bytes of UTF-8', json: Buffer.from('"ä"'), is: 'ä'},
    {name: 'no JSON', json: '{"secret": hunter2}', is: undefined},
    {name: 'nothing', json: '', is: undefined},
    {name: 'no bytes', json: new Uint8Array(), is: undefined},
  ])('reads $name', ({json, is}) => {
    expect(parseJson(json)).toEqual(is)
  })
})

describe('parseRecord', () => {
  it.each(['[]', 'null', '"text"', '1', '<html>'])('finds none in %s', (json) => {
    expect(parseRecord(json)).toBeUndefined()
  })

  it('finds one', () => {
    expect(parseRecord('{"a":1}')).toEqual({a: 1})
  })
})

describe('records', () => {
  it('passes over what is none', () => {
    expect(records([{a: 1}, null, [], 'x', {}])).toEqual([{a: 1}, {}])
    expect(records({length: 1})).toEqual([])
  })
})
