import {describe, expect, it} from 'vitest'
import {type Key, WINDOW_ROWS} from '../../../../../src/lib/server/store/pages.ts'
import {resultKeys} from '../../../../../src/lib/server/store/runs/result-keys.ts'
import {addAgent, addInvocation, type Face, openFace} from '../../../../support/agent-face.ts'

const FILTER = {
  accountId: 'account-1',
  regionId: 'cn-test',
  invokeId: undefined,
  commandId: undefined,
  tags: [],
} as const
const MANY = WINDOW_ROWS + 500

/** Ends all but every thousandth of the instance's tasks, and fails every 1,500th. */
async function addMany(face: Face, instanceId: string): Promise<void> {
  const first = await addInvocation(face, [instanceId])
  const [invocation, task] = [
    await face.deps.db.read
      .selectFrom('invocations')
      .selectAll()
      .where('invoke_id', '=', first)
      .executeTakeFirstOrThrow(),
    await face.deps.db.read.selectFrom('tasks').selectAll().where('invoke_id', '=', first).executeTakeFirstOrThrow(),
  ]
  const rows = Array.from({length: MANY - 1}, (_, at) => {
    const index = at + 1
    const open = index % 1000 === 0 ? (1 as const) : (0 as const)
    const state = open ? ('Pending' as const) : index % 1500 === 7 ? ('Failed' as const) : ('Success' as const)
    const key = {
      invoke_id: `t-${String(index).padStart(6, '0')}`,
      created_at_ms: invocation.created_at_ms - (index >> 1),
    }
    return {invocation: {...invocation, ...key}, task: {...task, ...key, open, state}}
  })
  await face.deps.db.write(async (tx) => {
    for (let from = 0; from < rows.length; from += 500) {
      const some = rows.slice(from, from + 500)
      await tx
        .insertInto('invocations')
        .values(some.map((row) => row.invocation))
        .execute()
      await tx
        .insertInto('tasks')
        .values(some.map((row) => row.task))
        .execute()
    }
  })
}

describe('the results of one instance, picked by what no index knows', () => {
  it('come in pages that look at a bounded number of them, and together are all', async () => {
    const face = await openFace()
    const {instanceId} = await addAgent(face)
    await addMany(face, instanceId)
    for (const states of [['Failed'], ['Failed', 'Pending']] as const) {
      const source = resultKeys(face.deps.db.read, {...FILTER, instanceId, resourceGroupId: undefined, states})
      const pages: Key[][] = []
      let after: Key | undefined
      do {
        const {keys, resumeAt} = await source.read({after, offset: 0, limit: 3})
        pages.push(keys)
        after = keys.length === 3 ? keys.at(-1) : resumeAt
      } while (after !== undefined)
      const wanted = await face.deps.db.read
        .selectFrom('tasks')
        .select(['created_at_ms as at', 'invoke_id'])
        .where('state', 'in', states)
        .orderBy('created_at_ms', 'desc')
        .orderBy('invoke_id', 'desc')
        .execute()
      expect(pages.flat()).toEqual(wanted.map(({at, invoke_id}) => ({at, id: `${invoke_id} ${instanceId}`})))
    }
    // Four of them, the last beyond the first window: that page comes short and says where to go on.
    const source = resultKeys(face.deps.db.read, {...FILTER, instanceId, resourceGroupId: undefined, states: ['Lost']})
    const first = await source.read({after: undefined, offset: 0, limit: 3})
    expect([first.keys, first.resumeAt !== undefined]).toEqual([[], true])
    expect(await source.count()).toBe(0)
  }, 30_000)
})
