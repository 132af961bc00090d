import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {reserveClientToken} from '../../src/lib/server/store/calls/client-tokens.ts'
import {reserveNonce} from '../../src/lib/server/store/calls/nonces.ts'
import type {Database} from '../../src/lib/server/store/database.ts'
import {prune} from '../../src/lib/server/store/prune.ts'
import {applyReport} from '../../src/lib/server/store/runs/apply-report.ts'
import {takeOffers} from '../../src/lib/server/store/runs/deliver.ts'
import {insertInvocation, type NewInvocation, readProgress} from '../../src/lib/server/store/runs/invocations.ts'
import {requestStop} from '../../src/lib/server/store/runs/stop.ts'
import {readResults} from '../../src/lib/server/store/runs/task-results.ts'

const NOW = Date.UTC(2030, 0, 2)
const OWNER = {accountId: 'a', regionId: 'r'}

/**
 * What every engine must do alike, whatever it is. `open` gives a database with the schema and nothing in it; it is closed at the end.
 */
export function storeContract(engine: string, open: () => Promise<Database>): void {
  describe(`the store on ${engine}`, () => {
    let db: Database
    let count = 0
    beforeAll(async () => {
      db = await open()
    })
    afterAll(() => db.close())

    const addNonce = async (nonce: string): Promise<boolean> =>
      (await db.write((tx) => reserveNonce(tx, {accessKeyId: 'k', nonce, signedAtMs: NOW, nowMs: NOW}))) === 'new'
    const nonces = async (): Promise<string[]> =>
      (await db.read.selectFrom('nonces').select('nonce').orderBy('nonce').execute()).map(({nonce}) => nonce)

    async function addTask(change: Partial<NewInvocation> = {}): Promise<string> {
      count += 1
      const invokeId = `t-${count}`
      const row = {...INVOCATION, invoke_id: invokeId, ...change}
      await db.write((tx) => insertInvocation(tx, row, {instanceIds: [`i-${count}`], deadlineMs: NOW + 60_000}))
      return invokeId
    }
    const instanceOf = (invokeId: string): string => invokeId.replace('t-', 'i-')
    const fetch = (invokeId: string) =>
      db.write((tx) =>
        takeOffers(tx, {
          instanceId: instanceOf(invokeId),
          strong: 1,
          isStartup: false,
          isColdStart: false,
          slots: 10,
          nowMs: NOW,
        }),
      )
    const report = (invokeId: string, kind: 'running' | 'finish', bytes = '') =>
      db.write((tx) =>
        applyReport(tx, {
          instanceId: instanceOf(invokeId),
          bytes: Buffer.from(bytes),
          recallsByStop: false,
          nowMs: NOW,
          report: {
            ...{taskId: invokeId, invokeVersion: 0, startMs: NOW, offset: undefined},
            ...(kind === 'running' ? {kind} : {kind, endMs: NOW + 5, exitCode: 0, dropped: 0}),
          },
        }),
      )
    const resultOf = async (invokeId: string) =>
      (await readResults(db.read, [{invokeId, instanceId: instanceOf(invokeId)}]))[0]

    it('shows to others what was written, once it is told to be', async () => {
      expect([await addNonce('shown'), (await nonces()).includes('shown')]).toEqual([true, true])
    })

    it('takes back the work of the one that throws, and of nobody else', async () => {
      const broken = db.write(async (tx) => {
        await reserveNonce(tx, {accessKeyId: 'k', nonce: 'broken', signedAtMs: NOW, nowMs: NOW})
        throw new Error('on purpose')
      })
      const others = [addNonce('before'), addNonce('after')]
      await expect(broken).rejects.toThrow('on purpose')
      expect(await Promise.all(others)).toEqual([true, true])
      const all = await nonces()
      expect(['broken', 'before', 'after'].map((nonce) => all.includes(nonce))).toEqual([false, true, true])
    })

    it('gives a nonce and a token to one of those that want it at once', async () => {
      const won = await Promise.all(Array.from({length: 20}, () => addNonce('wanted')))
      expect(won.filter(Boolean)).toHaveLength(1)
      const request = {accountId: 'a', token: 'wanted', nowMs: NOW}
      const states = await Promise.all(
        ['1', '2', '1'].map((requestHash) => db.write((tx) => reserveClientToken(tx, {...request, requestHash}))),
      )
      expect(states.map(({state}) => state).sort()).toEqual(['first', 'repeated', 'taken'])
    })

    it('carries a task from its call to its end, with its bytes as they were', async () => {
      const invokeId = await addTask()
      expect((await fetch(invokeId)).run.map((offer) => offer.invoke_id)).toEqual([invokeId])
      await report(invokeId, 'running', 'a\u0000')
      expect(await readProgress(db.read, OWNER, invokeId)).toMatchObject({isOver: false})
      await report(invokeId, 'finish', '\u00ff你')
      expect(await readProgress(db.read, OWNER, invokeId)).toMatchObject({isOver: true})
      const result = await resultOf(invokeId)
      expect(result).toMatchObject({state: 'Success', rounds: 1, round: 1, exit_code: 0, start_ms: NOW, dropped: 0})
      expect(Buffer.from(result?.output ?? []).toString()).toBe('a\u0000\u00ff你')
    })

    it('counts a report that comes twice at once as one', async () => {
      const invokeId = await addTask()
      await fetch(invokeId)
      const applied = await Promise.all([1, 2, 3].map(() => report(invokeId, 'finish', 'x')))
      expect(applied.filter((one) => one?.changed)).toHaveLength(1)
      expect(Buffer.from((await resultOf(invokeId))?.output ?? []).toString()).toBe('x')
    })

    it('keeps the kind of each schedule', async () => {
      const timings = [{}, {frequency: 'rate(5m)'}, {frequency: ' AT (2031-06-06 13:15:30)'}]
      const ids: string[] = []
      for (const {frequency} of timings) {
        ids.push(await addTask(frequency === undefined ? {} : {repeat_mode: 'Period', frequency}))
      }
      const rows = await db.read
        .selectFrom('invocations')
        .select(['invoke_id', 'schedule_kind'])
        .where('invoke_id', 'in', ids)
        .execute()
      expect(ids.map((id) => rows.find((row) => row.invoke_id === id)?.schedule_kind)).toEqual([
        'once',
        'recurring',
        'at',
      ])
    })

    it('sends a stopped schedule out again when it is stopped once more', async () => {
      const invokeId = await addTask({repeat_mode: 'Period', frequency: 'rate(5m)'})
      const stop = () => db.write((tx) => requestStop(tx, {invokeId, instanceIds: undefined, nowMs: NOW}))
      await fetch(invokeId)
      expect(await stop()).toEqual({instanceIds: [instanceOf(invokeId)]})
      await db.write((tx) =>
        tx.updateTable('tasks').set({state: 'Stopped', open: 0}).where('invoke_id', '=', invokeId).execute(),
      )
      expect(await stop()).toEqual({instanceIds: [instanceOf(invokeId)]})
      const told = [await fetch(invokeId), await fetch(invokeId)]
      expect(told.map(({stop: items}) => items.map((item) => item.invoke_id))).toEqual([[invokeId], []])
    })

    it('forgets what is old, a portion at a time, until nothing is', async () => {
      const laterMs = NOW + 200 * 86_400_000
      let rounds = 0
      while ((await db.write((tx) => prune(tx, laterMs))) > 0) rounds += 1
      expect(rounds).toBeGreaterThan(0)
      expect(await nonces()).toEqual([])
      expect(await db.read.selectFrom('client_tokens').selectAll().execute()).toEqual([])
      const left = await db.read.selectFrom('tasks').select('open').execute()
      expect(left.filter(({open: isOpen}) => isOpen === 0)).toEqual([])
    })
  })
}

const INVOCATION: NewInvocation = {
  invoke_id: '',
  account_id: OWNER.accountId,
  region_id: OWNER.regionId,
  command_id: 'c-1',
  command_name: '',
  command_description: '',
  command_type: 'RunShellScript',
  content: 'echo hello',
  enable_parameter: 0,
  launcher: '',
  working_dir: '',
  timeout_sec: 60,
  username: '',
  windows_password_name: '',
  container_id: '',
  container_name: '',
  oss_output_delivery: '',
  parameters_json: '{}',
  repeat_mode: 'Once',
  frequency: '',
  termination_mode: '',
  resource_group_id: '',
  invoke_version: 0,
  change_count: 1,
  created_at_ms: NOW,
}
