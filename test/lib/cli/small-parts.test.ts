import {readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {nearest} from '../../../src/lib/cli/command/nearest.ts'
import {unknownCommand} from '../../../src/lib/cli/command/unknown-command.ts'
import {maskId} from '../../../src/lib/cli/connect/who-am-i.ts'
import {parseInteger} from '../../../src/lib/cli/flags/integer.ts'
import {callAllPages} from '../../../src/lib/cli/raw/pager.ts'
import {callUntil, parseWaiter} from '../../../src/lib/cli/raw/waiter.ts'
import {takeLock} from '../../../src/lib/disk/lock.ts'
import {isRunning, markOf} from '../../../src/lib/disk/process-mark.ts'
import type {EcsAnswer} from '../../../src/lib/ecs/client.ts'
import {tempFolder} from '../../support/temp-folder.ts'

describe('nearest', () => {
  it.each([
    ['profle', ['profile', 'region'], 'profile'],
    ['isntances', ['instances', 'invocations'], 'instances'],
    ['xyz', ['profile', 'region'], undefined],
  ])('%s', (given, candidates, found) => {
    expect(nearest(given, candidates)).toBe(found)
  })
})

describe('unknownCommand', () => {
  it('finds commands of one and of two words', () => {
    const ids = ['whoami', 'local:up', 'local:down', 'server:key:create']
    expect(unknownCommand(['whoam'], ids).hint).toContain('assist whoami')
    expect(unknownCommand(['local', 'pu', '--json'], ids).hint).toContain('assist local up')
    expect(unknownCommand(['frobnicate'], ids).hint).toBe('See: assist --help')
  })
})

describe('parseInteger', () => {
  it.each(['', 'x', '-1', '1e3', '0x10', '1.5', 'NaN', '65536', ' 1', '1000000000'])(
    'refuses %j with the range',
    (text) => {
      expect(() => parseInteger(text, '--port', {min: 0, max: 65_535})).toThrow(
        /--port must be a whole number between 0 and 65535/,
      )
    },
  )
  it('takes the limits', () => {
    expect([parseInteger('0', 'n', {min: 0, max: 9}), parseInteger('9', 'n', {min: 0, max: 9})]).toEqual([0, 9])
  })
})

describe('maskId', () => {
  it.each([
    ['', ''],
    ['short', '****'],
    ['LTAI5tExample', '****mple'],
  ])('%s', (id, shown) => {
    expect(maskId(id)).toBe(shown)
  })
})

describe('takeLock', () => {
  it('lets one in, and the next after it', () => {
    const file = join(tempFolder(), 'lock')
    const lock = takeLock(file)
    expect(lock).toBeDefined()
    expect(takeLock(file)).toBeUndefined()
    lock?.release()
    const next = takeLock(file)
    expect(next).toBeDefined()
    next?.release()
  })
  it.each([
    {name: 'a process that is gone', left: JSON.stringify({pid: 2 ** 22 - 7, started: '1'})},
    {name: 'a process id that is somebody else’s now', left: JSON.stringify({pid: process.pid, started: 'earlier'})},
    {name: 'a crash in the middle of writing', left: '{"pid":'},
  ])('takes over from $name and leaves nothing beside it', ({left}) => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'lock'), left)
    expect(takeLock(join(folder, 'lock'))).toBeDefined()
    expect(readdirSync(folder)).toEqual(['lock'])
  })
})

describe('isRunning', () => {
  it('knows this process, and not another one of the same id', () => {
    const mark = markOf(process.pid)
    expect(isRunning(mark)).toBe(true)
    if (mark.started !== '') expect(isRunning({...mark, started: `${mark.started}1`})).toBe(false)
    expect(isRunning({pid: 2 ** 22 - 7, started: ''})).toBe(false)
    expect(isRunning({pid: -1, started: ''})).toBe(false)
  })
})

describe('callAllPages', () => {
  it('follows NextToken and grows the first list', async () => {
    const asked: Array<Readonly<Record<string, string>>> = []
    const pages: Record<string, EcsAnswer> = {
      '': {NextToken: 'b', Commands: {Command: [1]}},
      b: {NextToken: 'c', Commands: {Command: [2]}},
      c: {NextToken: '', Commands: {Command: [3]}},
    }
    const all = await callAllPages(
      async (parameters) => {
        asked.push(parameters)
        return structuredClone(pages[parameters['NextToken'] ?? ''] ?? {})
      },
      {Name: 'x'},
      {},
    )
    expect(all).toEqual({NextToken: '', Commands: {Command: [1, 2, 3]}})
    expect(asked).toEqual([{Name: 'x'}, {Name: 'x', NextToken: 'b'}, {Name: 'x', NextToken: 'c'}])
  })
  it('counts pages where there is no token', async () => {
    const all = await callAllPages(
      async ({PageNumber = '1'}) => ({
        TotalCount: 5,
        PageSize: 2,
        Items: PageNumber === '3' ? [5] : [PageNumber, PageNumber],
      }),
      {},
      {},
    )
    expect(all['Items']).toEqual(['1', '1', '2', '2', 5])
  })
  it('ends when a server repeats itself, and leaves an answer without a list alone', async () => {
    let calls = 0
    const again = async (): Promise<EcsAnswer> => ({NextToken: 'same', Items: [++calls]})
    expect((await callAllPages(again, {}, {}))['Items']).toEqual([1])
    expect(await callAllPages(async () => ({RequestId: 'r'}), {}, {})).toEqual({RequestId: 'r'})
  })
})

describe('callUntil', () => {
  const deps = (nowMs = {value: 0}) => ({
    clock: {
      now: () => nowMs.value,
      monotonic: () => nowMs.value,
      sleep: async (ms: number) => {
        nowMs.value += ms
      },
    },
    search: async (value: unknown) => (value as {S: string}).S,
  })
  it('calls until the value is there', async () => {
    const states = ['Running', 'Running', 'Success']
    const answer = await callUntil(async () => ({S: states.shift()}), parseWaiter({expr: 'S', to: 'Success'}), deps())
    expect(answer).toEqual({S: 'Success'})
  })
  it('gives up in time', async () => {
    const waiting = callUntil(
      async () => ({S: 'Running'}),
      parseWaiter({expr: 'S', to: 'Success', timeout: '12'}),
      deps(),
    )
    await expect(waiting).rejects.toMatchObject({
      code: 'timeout',
      message: '"S" was "Running" after 12 s, not "Success"',
    })
  })
  it.each<Record<string, string>>([
    {},
    {expr: 'x'},
    {expr: 'x', to: 'y', timeout: '601'},
    {expr: 'x', to: 'y', interval: '1'},
  ])('refuses %j', (pairs) => {
    expect(() => parseWaiter(pairs)).toThrow(/--waiter/)
  })
})
