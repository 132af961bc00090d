import {describe, expect, it} from 'vitest'
import {decodeTask} from '../../../../src/lib/agent/tasks/decode.ts'
import {planTasks} from '../../../../src/lib/agent/tasks/plan.ts'
import type {Task} from '../../../../src/lib/agent/tasks/task.ts'
import {taskItem} from '../../../support/agent-server.ts'

function task(id: string, more: Record<string, unknown> = {}): Task {
  const decoded = decodeTask(taskItem(id, 'true', more))
  if (decoded === undefined || 'param' in decoded) throw new Error('bad test task')
  return decoded
}

const cron = {repeat: 'Period', cron: '0 * * * * *'}
const none = {run: [] as Task[], stop: [] as Array<{id: string; invokeVersion: number}>, test: [] as Task[]}
const nothing = {start: [], schedule: [], keep: [], stop: [], test: []}

describe('planTasks', () => {
  it.each([
    {name: 'starts what is new', list: {run: [task('a')]}, expected: {start: ['a']}},
    {name: 'starts a task listed twice once', list: {run: [task('a'), task('a')]}, expected: {start: ['a']}},
    {name: 'starts nothing that was started before', list: {run: [task('a')]}, taken: ['a'], expected: {}},
    {
      name: 'lets a stop beat a run',
      list: {run: [task('a')], stop: [{id: 'a', invokeVersion: 0}]},
      expected: {stop: ['a']},
    },
    {name: 'schedules what is new', list: {run: [task('s', cron)]}, expected: {schedule: ['s']}},
    {name: 'ignores a known version', list: {run: [task('s', cron)]}, versions: [['s', 0]], expected: {}},
    {
      name: 'replaces another version',
      list: {run: [task('s', {...cron, invokeVersion: 2})]},
      versions: [['s', 1]],
      expected: {schedule: ['s']},
    },
    {
      name: 'keeps what waits for a boot',
      list: {run: [task('b', {repeat: 'NextRebootOnly'})]},
      expected: {keep: ['b']},
    },
    {
      name: 'runs at once what a boot has made due, and does not keep it',
      list: {run: [task('b', {repeat: 'NextRebootOnly'})]},
      justBooted: true,
      expected: {start: ['b']},
    },
    {
      name: 'keeps what every boot makes due',
      list: {run: [task('b', {repeat: 'EveryReboot'})]},
      justBooted: true,
      expected: {start: ['b'], keep: ['b']},
    },
    {name: 'passes dry runs on', list: {test: [task('d')]}, expected: {test: ['d']}},
  ])('$name', ({list, expected, taken = [], versions = [], justBooted = false}) => {
    const plan = planTasks(
      {...none, ...list},
      {
        versions: new Map(versions as Array<[string, number]>),
        isTaken: (id) => (taken as string[]).includes(id),
        justBooted,
      },
    )
    const ids = Object.fromEntries(
      Object.entries(plan).map(([what, tasks]) => [what, tasks.map(({id}: {id: string}) => id)]),
    )
    expect(ids).toEqual({...nothing, ...expected})
  })
})
