import {describe, expect, it} from 'vitest'
import type {Answer, Call} from '../../../../src/lib/agent/talk/connection.ts'
import {beat} from '../../../../src/lib/agent/talk/heartbeat.ts'
import {listen} from '../../../../src/lib/agent/talk/kick.ts'
import {Fetcher} from '../../../../src/lib/agent/tasks/fetch.ts'
import {readMachine} from '../../../../src/lib/system/machine.ts'
import {StandingClock} from '../../../support/agent-clock.ts'
import {createRecordingLog} from '../../../support/agent-log.ts'

const machine = readMachine()
const log = createRecordingLog()
const ok = (body: unknown = {}): Answer => ({status: 200, text: JSON.stringify(body)})

/** A server as a function; what it was asked is kept. */
function recorded(answer: (call: Call, count: number) => Answer | 'nothing') {
  const calls: Call[] = []
  const connection = async (call: Call): Promise<Answer> => {
    calls.push(call)
    const reply = answer(call, calls.length)
    if (reply === 'nothing') throw new Error('no answer in time')
    return reply
  }
  return {calls, connection}
}

describe('beat', () => {
  function setUp(answer: (call: Call, count: number) => Answer | 'nothing') {
    const clock = new StandingClock(1_000_000)
    const {calls, connection} = recorded(answer)
    const heard: boolean[] = []
    const life = new AbortController()
    const deps = {connection, clock, random: () => 0.5, machine, log, pid: 7, coldStart: true}
    void beat({...deps, onAcknowledged: (newTasks) => heard.push(newTasks)}, life.signal)
    return {clock, calls, heard}
  }

  it('beats as often as the server says, within 55 to 65 s, and every minute otherwise', async () => {
    const intervals = [55_000, 65_000, 1000, '57000']
    const {clock, calls} = setUp((_call, count) => ok({nextInterval: intervals[count - 1]}))
    const gaps = [55_000, 65_000, 60_000, 60_000]
    await clock.advance(0)
    for (const [i, gap] of gaps.entries()) {
      await clock.advance(gap - 1)
      expect(calls.length).toBe(i + 1)
      await clock.advance(1)
      expect(calls.length).toBe(i + 2)
    }
  })

  it('sends the long set first, the short one after it, and the full one from when it is asked for', async () => {
    const complaint = "Required request parameter 'app_version' for method parameter type String is not present"
    const {clock, calls} = setUp((_call, count) => ok(count === 2 ? {errMsg: complaint} : {}))
    await clock.advance(130_000)
    const names = calls.map(({query}) => [...(query?.keys() ?? [])].slice(6))
    const full = ['virt_type', 'lang', 'os_type', 'app_version', 'os_version', 'az']
    expect(names).toEqual([['virt_type', 'os_version', 'az', 'machineid', 'cold_start'], [], full, full])
    expect(calls.map(({query}) => query?.get('index'))).toEqual(['0', '1', '1', '2'])
    expect(calls.map(({query}) => query?.get('seq_no'))).toEqual(['0', '1', '1', '2'])
  })

  it('tries again soon when nobody answers, and later when the server refuses', async () => {
    const {clock, calls, heard} = setUp((_call, count) =>
      count === 1 ? 'nothing' : count === 2 ? {status: 403, text: ''} : ok({newTasks: true}),
    )
    await clock.advance(3000)
    expect(calls.length).toBe(2)
    await clock.advance(60_000)
    expect(calls.length).toBe(2)
    await clock.advance(5000)
    expect(heard).toEqual([true])
  })
})

describe('listen', () => {
  function setUp(open: (count: number) => boolean) {
    const clock = new StandingClock(0)
    const events: string[] = []
    let tries = 0
    let receive: (text: string) => string = () => ''
    let close = (): void => {}
    const life = new AbortController()
    void listen(
      {
        ...{clock, random: () => 1, log, target: () => ({url: 'ws://x', headers: {}})},
        connect: ({onOpen, onText}) =>
          new Promise((resolve) => {
            tries++
            receive = onText
            close = () => resolve({reason: 'closed'})
            if (open(tries)) onOpen()
            else resolve({reason: 'refused', status: 409})
          }),
        reconnectSpreadMs: () => 1000,
        onRival: () => events.push('rival'),
        onOpen: () => events.push('open'),
        onFailed: () => events.push('failed'),
        onFetch: (taskId) => events.push(`fetch ${taskId}`),
        onSession: (channelId) => events.push(`session ${channelId}`),
        onDeregister: () => events.push('deregister'),
      },
      life.signal,
    )
    return {clock, events, tries: () => tries, say: (text: string) => receive(text), close: () => close()}
  }

  it.each([
    ['kick_vm', 'accept:kick_vm', ['open', 'fetch undefined']],
    ['kick_vm task run t-1', 'accept:kick_vm task run t-1', ['open', 'fetch t-1']],
    ['kick_vm noop', 'accept:kick_vm noop', ['open']],
    ['kick_vm agent deregister', 'accept:kick_vm agent deregister', ['open', 'deregister']],
    ['kick_vm session start s-1', 'accept:kick_vm session start s-1', ['open', 'session s-1']],
    ['kick_vm session stop s-1', 'accept:kick_vm session stop s-1', ['open']],
    ['kick_vm task', 'unknow:kick_vm task', ['open']],
    ['hello', 'unknow:hello', ['open']],
  ])('answers %j with %j', async (text, answer, expected) => {
    const {events, say} = setUp(() => true)
    expect(say(text)).toBe(answer)
    expect(events).toEqual(expected)
  })

  it('connects again for ever, with pauses that grow to a minute, and soon after it was open for a while', async () => {
    const {clock, tries, events, close} = setUp((count) => count > 20)
    await clock.advance(1000 + 2000 + 4000 + 8000 + 16_000 + 32_000)
    expect(tries()).toBe(7)
    await clock.advance(60_000)
    expect(tries()).toBe(8)
    await clock.advance(13 * 60_000)
    expect(events.at(-1)).toBe('open')
    await clock.advance(60_000)
    close()
    await clock.advance(1000)
    expect(tries()).toBe(22)
  })

  it('waits longer and longer where every channel is closed again at once', async () => {
    const {clock, tries, close} = setUp(() => true)
    for (const [round, ms] of [1000, 2000, 4000, 8000, 16_000, 32_000].entries()) {
      close()
      await clock.advance(ms - 1)
      expect(tries()).toBe(round + 1)
      await clock.advance(1)
      expect(tries()).toBe(round + 2)
    }
  })

  it('says so when another agent holds the channel', async () => {
    const {clock, events} = setUp(() => false)
    await clock.advance(0)
    expect(events.slice(0, 2)).toEqual(['failed', 'rival'])
  })
})

describe('a fetcher', () => {
  function setUp(answer: (call: Call, count: number) => Answer | 'nothing', assist = true) {
    const clock = new StandingClock(0)
    const {calls, connection} = recorded(answer)
    const lists: boolean[] = []
    const onList = (_list: unknown, first: boolean): void => void lists.push(first)
    const held = (): [] => []
    const fetcher = new Fetcher({
      slots: 10,
      connection,
      clock,
      random: () => 1,
      machine,
      log,
      coldStart: true,
      assist,
      held,
      onList,
    })
    const life = new AbortController()
    void fetcher.run(life.signal, 30_000)
    return {clock, calls, lists, fetcher}
  }

  it('asks by itself every 30 s, so that a lost kick costs no more (F11)', async () => {
    const {clock, calls} = setUp(() => ok())
    await clock.advance(90_000)
    expect(calls.length).toBe(3)
  })

  it('makes one question of many calls, and names a task only when it is the only one', async () => {
    const {clock, calls, fetcher} = setUp(() => ok())
    for (const id of ['a', 'b', 'c']) fetcher.call(id)
    await clock.advance(0)
    fetcher.call('d')
    await clock.advance(0)
    expect(calls.map(({query}) => [query?.get('reason'), query?.get('taskId')])).toEqual([
      ['startup', null],
      ['kickoff', 'd'],
    ])
  })

  it('asks again when a call comes while an answer is under way', async () => {
    let release = (_answer: Answer): void => {}
    const {clock, fetcher} = setUp(() => ok())
    await clock.advance(0)
    const calls: number[] = []
    const slow = new Fetcher({
      slots: 10,
      ...{clock, random: () => 1, machine, log, coldStart: false, assist: true, held: () => [], onList: () => {}},
      connection: () =>
        new Promise((resolve) => {
          calls.push(calls.length)
          release = resolve
        }),
    })
    void slow.run(new AbortController().signal, 30_000)
    slow.call('a')
    await clock.advance(0)
    slow.call('b')
    await clock.advance(0)
    expect(calls.length).toBe(1)
    release(ok())
    await clock.advance(0)
    expect(calls.length).toBe(2)
    fetcher.call()
  })

  it('repeats a failed question, still as the first one', async () => {
    const {clock, calls, lists, fetcher} = setUp((_call, count) => (count < 3 ? 'nothing' : ok()))
    fetcher.call()
    await clock.advance(3000)
    expect(calls.map(({query}) => query?.get('reason'))).toEqual(['startup', 'startup', 'startup'])
    expect(lists).toEqual([true])
  })

  it('asks once more 3 s after a kick that found nothing, where the server is not ours', async () => {
    const {clock, calls, fetcher} = setUp(() => ok(), false)
    fetcher.call()
    await clock.advance(0)
    fetcher.call('t-1')
    await clock.advance(2999)
    expect(calls.length).toBe(2)
    await clock.advance(1)
    expect(calls.map(({query}) => query?.get('taskId'))).toEqual([null, 't-1', 't-1'])
  })

  it('repeats a failed question for the task that it was about, where the server is not ours', async () => {
    const {clock, calls, fetcher} = setUp((_call, count) => (count === 2 ? 'nothing' : ok()), false)
    fetcher.call()
    await clock.advance(0)
    fetcher.call('t-1')
    await clock.advance(2000)
    expect(calls.map(({query}) => query?.get('taskId'))).toEqual([null, 't-1', 't-1'])
  })

  it('waits two seconds when the server says it is busy', async () => {
    const {clock, calls, lists, fetcher} = setUp((_call, count) => ok({code: count === 1 ? 408 : 200}))
    fetcher.call()
    await clock.advance(1999)
    expect(lists).toEqual([])
    await clock.advance(1)
    expect(lists).toEqual([true])
    expect(calls.length).toBe(2)
  })
})
