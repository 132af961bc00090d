import {describe, expect, it} from 'vitest'
import {decodeFetch, encodeFetch} from '../../../src/lib/protocol/agent/fetch.ts'

const NOW = {nowMs: 1_700_000_000_000, utcOffsetSec: 28_800, zone: 'Asia/Shanghai'}

describe('the query of a fetch', () => {
  it.each([
    {
      name: 'after a boot',
      fetch: {startup: {coldStart: true}, taskId: undefined},
      query: 'reason=startup&cold_start=true&currentTime=1700000000000&offset=28800&timeZone=Asia%2FShanghai',
      read: {isStartup: true, isColdStart: true, slots: 10},
    },
    {
      name: 'after a restart of the agent',
      fetch: {startup: {coldStart: false}, taskId: undefined},
      query: 'reason=startup&cold_start=false&currentTime=1700000000000&offset=28800&timeZone=Asia%2FShanghai',
      read: {isStartup: true, isColdStart: false, slots: 10},
    },
    {
      name: 'after a kick',
      fetch: {startup: undefined, taskId: 't-1'},
      query: 'reason=kickoff&taskId=t-1&currentTime=1700000000000&offset=28800&timeZone=Asia%2FShanghai',
      read: {isStartup: false, isColdStart: false, slots: 10},
    },
  ])('is read as it was meant: $name', ({fetch, query, read}) => {
    const encoded = encodeFetch({...NOW, ...fetch})
    expect(String(encoded)).toBe(query)
    expect(decodeFetch(encoded)).toEqual(read)
  })

  it.each([
    {slots: '3', is: 3},
    {slots: '100000', is: 100},
    {slots: '0', is: 10},
    {slots: '-1', is: 10},
    {slots: '2.5', is: 10},
    {slots: 'many', is: 10},
  ])('has room for $slots: $is', ({slots, is}) => {
    expect(decodeFetch(new URLSearchParams({slots})).slots).toBe(is)
  })
})
