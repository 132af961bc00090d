import {describe, expect, it} from 'vitest'
import {spreadMs} from '../../../src/lib/core/backoff.ts'
import {
  decodeHeartBeat,
  decodeHeartBeatResponse,
  decodeSpread,
  encodeHeartBeat,
  type HeartBeat,
  reconnectSpreadMs,
  wantsFullBeat,
} from '../../../src/lib/protocol/agent/heart-beat.ts'

describe('reconnectSpreadMs', () => {
  it.each([
    {agents: 0, ms: 1000},
    {agents: 1, ms: 1000},
    {agents: 1000, ms: 6000},
    {agents: 5000, ms: 30_000},
    {agents: 100_000, ms: 60_000},
  ])('lets $agents agents come back over $ms ms', ({agents, ms}) => {
    expect(reconnectSpreadMs(agents)).toBe(ms)
  })

  it('spreads a fleet evenly from the first moment to the last', () => {
    const pauses = Array.from({length: 99}, (_, n) => spreadMs(1, {baseMs: 30_000, capMs: 60_000}, () => n / 99))
    const perThird = [0, 1, 2].map((third) => pauses.filter((ms) => Math.floor(ms / 10_000) === third).length)
    expect(perThird).toEqual([33, 33, 33])
  })
})

describe('decodeSpread', () => {
  it.each([
    {said: 5000, is: 5000},
    {said: 1, is: 1000},
    {said: 1e9, is: 60_000},
    {said: '5000', is: undefined},
    {said: Number.NaN, is: undefined},
    {said: undefined, is: undefined},
  ])('takes $said for $is', ({said, is}) => {
    expect(decodeSpread(said)).toBe(is)
  })
})

const BEAT: HeartBeat = {
  ...{uptimeMs: 5000, nowMs: 1_700_000_000_000, pid: 42, processUptimeMs: 12.7, acknowledged: 0, rounds: 0},
  ...{coldStart: true, full: false, osType: 'linux', osVersion: 'Debian 12', agentVersion: '9.9.9.9', machineId: 'm-1'},
}

describe('a heart-beat', () => {
  it.each([
    {
      name: 'says most the first time',
      beat: BEAT,
      query:
        'uptime=5000&timestamp=1700000000000&pid=42&process_uptime=13&index=0&seq_no=0&virt_type=kvm&os_version=Debian+12&az=unknown&machineid=m-1&cold_start=true',
      told: {osType: '', osVersion: 'Debian 12', agentVersion: ''},
    },
    {
      name: 'says little from then on',
      beat: {...BEAT, acknowledged: 1, rounds: 2},
      query: 'uptime=5000&timestamp=1700000000000&pid=42&process_uptime=13&index=1&seq_no=2',
      told: {osType: '', osVersion: '', agentVersion: ''},
    },
    {
      name: 'says all to a server that wants it',
      beat: {...BEAT, acknowledged: 1, rounds: 2, full: true},
      query:
        'uptime=5000&timestamp=1700000000000&pid=42&process_uptime=13&index=1&seq_no=2&virt_type=kvm&lang=golang&os_type=linux&app_version=9.9.9.9&os_version=Debian+12&az=unknown',
      told: {osType: 'linux', osVersion: 'Debian 12', agentVersion: '9.9.9.9'},
    },
  ])('$name', ({beat, query, told}) => {
    const encoded = encodeHeartBeat(beat)
    expect(String(encoded)).toBe(query)
    expect(decodeHeartBeat(encoded)).toEqual(told)
  })

  it('is kept in part only, however much it says', () => {
    const query = new URLSearchParams({os_version: `  ${'x'.repeat(300)}`})
    expect(decodeHeartBeat(query).osVersion).toBe('x'.repeat(200))
  })
})

describe('decodeHeartBeatResponse', () => {
  it.each([
    {body: '{"nextInterval":60000,"newTasks":true}', is: {intervalMs: 60_000, newTasks: true}},
    {body: '{"nextInterval":"60000","newTasks":"true"}', is: {intervalMs: undefined, newTasks: false}},
    {body: '{"nextInterval":1000}', is: {intervalMs: undefined, newTasks: false}},
    {body: '{"nextInterval":600000}', is: {intervalMs: undefined, newTasks: false}},
    {body: '<html>', is: {intervalMs: undefined, newTasks: false}},
    {body: '[]', is: {intervalMs: undefined, newTasks: false}},
  ])('reads $body', ({body, is}) => {
    expect(decodeHeartBeatResponse(body)).toMatchObject(is)
  })
})

describe('wantsFullBeat', () => {
  it.each([
    {
      body: '{"errMsg":"Required request parameter \'os_type\' for method parameter type String is not present"}',
      is: true,
    },
    {body: '{"errMsg":"Required"}', is: false},
    {body: "Required request parameter 'os_type' for method parameter type String is not present", is: false},
  ])('hears $body', ({body, is}) => {
    expect(wantsFullBeat(body)).toBe(is)
  })
})
