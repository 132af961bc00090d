import {join} from 'node:path'
import {CompiledQuery, type RootOperationNode} from 'kysely'
import {describe, expect, it} from 'vitest'
import {isCommandInUse} from '../../../../../src/lib/server/store/commands.ts'
import type {Reader, Tx} from '../../../../../src/lib/server/store/database.ts'
import {prune} from '../../../../../src/lib/server/store/prune.ts'
import {readProgress} from '../../../../../src/lib/server/store/runs/invocations.ts'
import {findOpenWork, hasOpenTask} from '../../../../../src/lib/server/store/runs/open-work.ts'
import {endRunningRounds, findRound, runningRounds} from '../../../../../src/lib/server/store/runs/rounds.ts'
import {requestStop} from '../../../../../src/lib/server/store/runs/stop.ts'
import {openSqlite} from '../../../../../src/lib/server/store/sqlite/open.ts'
import {tempFolder} from '../../../../support/temp-folder.ts'

const KEY = {invokeId: 't-1', instanceId: 'i-1'}
const OWNER = {accountId: 'a', regionId: 'r'}

/** How the engine would go about every query of the work, one line per table it looks into. */
async function plansOf(work: (db: Reader & Tx) => Promise<unknown>): Promise<string[]> {
  const db = await openSqlite(join(tempFolder(), 'assist.db'))
  const nodes: RootOperationNode[] = []
  const noting = db.read.withPlugin({
    transformQuery: ({node}) => {
      nodes.push(node)
      return node
    },
    transformResult: async ({result}) => result,
  })
  await work(noting as unknown as Reader & Tx)
  const plans: string[] = []
  for (const node of nodes) {
    const {sql, parameters} = db.read.getExecutor().compileQuery(node, {queryId: 'plan'})
    const {rows} = await db.read.executeQuery<{detail: string}>(
      // Where a query is kept, its values are not there yet; the plan does not depend on them.
      CompiledQuery.raw(
        `explain query plan ${sql}`,
        parameters.map((value) => (typeof value === 'object' ? null : value)),
      ),
    )
    plans.push(...rows.map(({detail}) => detail))
  }
  await db.close()
  return plans.filter((line) => /^(SCAN|SEARCH)/.test(line))
}

describe('a look for what is few among many', () => {
  it.each<{name: string; work(db: Reader & Tx): Promise<unknown>; by: string[]}>([
    {name: 'the rounds that run', work: (db) => runningRounds(db, KEY), by: ['results_running']},
    {
      name: 'the rounds to end',
      work: (db) => endRunningRounds(db, KEY, {state: 'Lost', errorCode: '', errorInfo: ''}, 1),
      by: ['results_running'],
    },
    {name: 'the newest round', work: (db) => findRound(db, KEY, undefined), by: ['sqlite_autoindex_results_1']},
    {
      name: 'what a held answer waits for',
      work: (db) => readProgress(db, OWNER, 't-1'),
      by: ['sqlite_autoindex_invocations_1', 'sqlite_autoindex_tasks_1'],
    },
    {
      name: 'whether a command is in use',
      work: (db) => isCommandInUse(db, 'c-1'),
      by: ['invocations_command', 'sqlite_autoindex_tasks_1'],
    },
    {
      name: 'what to stop',
      work: (db) => requestStop(db, {invokeId: 't-1', instanceIds: undefined, nowMs: 1}),
      by: ['sqlite_autoindex_tasks_1', 'sqlite_autoindex_tasks_1', 'sqlite_autoindex_invocations_1'],
    },
    {
      name: 'whether an instance has anything to do',
      work: (db) => hasOpenTask(db, 'i-1'),
      by: ['tasks_open', 'tasks_recall'],
    },
  ])('is answered from an index: $name', async ({work, by}) => {
    const plans = await plansOf(work)
    expect(plans.map((line) => /INDEX (\w+)/.exec(line)?.[1])).toEqual(by)
  })

  it('never goes through all open tasks for one instance', async () => {
    const plans = await plansOf((db) => findOpenWork(db, {instance_id: 'i-1', strong: 1}))
    expect(plans.filter((line) => /^SCAN|tasks_deadline/.test(line))).toEqual([])
  })

  it('prunes without asking an index of open tasks for each old invocation', async () => {
    const plans = await plansOf((db) => prune(db, 1))
    expect(plans.filter((line) => /^SCAN|tasks_deadline \(open=\? AND/.test(line))).toEqual([])
  })
})
