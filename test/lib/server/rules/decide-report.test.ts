import {describe, expect, it} from 'vitest'
import type {TaskReport} from '../../../../src/lib/protocol/agent/reports.ts'
import {type Decision, decideReport} from '../../../../src/lib/server/rules/decide-report.ts'
import type {ReportedTask, Round} from '../../../../src/lib/server/rules/reported-task.ts'

const NOW = Date.UTC(2030, 0, 2)
const START = NOW - 60_000
const DAY_MS = 24 * 3_600_000

const PENDING: ReportedTask = {
  ...{state: 'Delivered', isOpen: true, isInferred: false, isRecalled: false, isRecurring: false, isDryRun: false},
  ...{timeoutSec: 60, rounds: 0, updatedAtMs: START, round: undefined, running: [], last: undefined},
}
const ROUND: Round = {startMs: START, state: 'Running', dropped: 0, outputEnd: 3, updatedAtMs: START}
const RUNNING: ReportedTask = {...PENDING, state: 'Running', rounds: 1, round: ROUND}
const OVER: ReportedTask = {...RUNNING, state: 'Success', isOpen: false, round: {...ROUND, state: 'Success'}}
const LOST: ReportedTask = {...RUNNING, ...lost(START), round: {...ROUND, state: 'Lost'}}
const CRON: ReportedTask = {...PENDING, state: 'Scheduled', isRecurring: true, rounds: 4}
const CRON_RUNNING: ReportedTask = {...CRON, state: 'Running', round: ROUND, running: [ROUND]}
const CRON_STOPPED: ReportedTask = {...CRON, state: 'Stopped', isOpen: false}
const OTHER: Round = {...ROUND, startMs: START - 1000, outputEnd: 0}

const BASE = {taskId: 't', invokeVersion: 0, startMs: START, offset: 0}
const END = {...BASE, endMs: NOW, exitCode: 0, dropped: 0}
const STARTED: TaskReport = {...BASE, kind: 'running'}
const FINISH: TaskReport = {...END, kind: 'finish'}
const STOPPED: TaskReport = {...END, kind: 'stopped', result: 'killed'}
const COMPLETED: TaskReport = {...STOPPED, startMs: 0, result: 'completed'}
const WITHDRAWN: TaskReport = {...STOPPED, startMs: 0}
const NOT_RUN: TaskReport = {...END, kind: 'error', startMs: 0, errCode: '-7', errDesc: 'no shell'}
const VERIFIED: TaskReport = {kind: 'verified', taskId: 't', invokeVersion: 0}

function lost(updatedAtMs: number): Partial<ReportedTask> {
  return {state: 'Lost', isOpen: false, isInferred: true, updatedAtMs}
}

/** How it reads: the task's state, then each round's change, then what is answered. */
function summary({task, rounds, applied}: Decision) {
  const {changed, ended, ...rest} = applied
  return {
    task: task && [task.from, task.set.state ?? 'stays', ...(task.set.isOpen === false ? ['closed'] : [])].join(' '),
    rounds: rounds.map((one) => {
      const state = one.does === 'touch' ? '' : ` ${one.outcome?.state ?? 'Running'}`
      return `${one.does}${state}${one.part ? ` +${one.part.bytes.length}` : ''}`
    }),
    told: [...(changed ? ['changed'] : []), ...(ended ? ['ended'] : [])].join(' '),
    ...rest,
  }
}

interface Case {
  name: string
  task: ReportedTask
  report: TaskReport
  bytes?: string
  recallsByStop?: boolean
  is: {task?: string; rounds?: string[]; told?: string; replaced?: string; over?: boolean; recalled?: boolean}
}

function decide({task, report, bytes = '', recallsByStop = false}: Omit<Case, 'name' | 'is'>): Decision {
  return decideReport(task, {report, bytes: Buffer.from(bytes), recallsByStop, nowMs: NOW})
}

describe('decideReport', () => {
  it.each<Case>([
    {
      name: 'starts the first round',
      ...{task: PENDING, report: STARTED, bytes: 'hi'},
      is: {task: 'Delivered Running', rounds: ['insert Running +2'], told: 'changed'},
    },
    {
      name: 'lets a stop that was asked for stay when the round starts after it',
      ...{task: {...PENDING, state: 'Stopping'}, report: STARTED},
      is: {task: 'Stopping Stopping', rounds: ['insert Running +0'], told: 'changed'},
    },
    {
      name: 'takes output that is new',
      ...{task: RUNNING, report: STARTED, bytes: 'hello'},
      is: {rounds: ['touch +5'], told: 'changed'},
    },
    {
      name: 'notes that a silent round lives, which nobody can see',
      ...{task: RUNNING, report: STARTED, bytes: 'hel'},
      is: {rounds: ['touch']},
    },
    {
      name: 'does not note it twice in half a minute',
      ...{task: {...RUNNING, round: {...ROUND, updatedAtMs: NOW - 29_999}}, report: STARTED, bytes: 'hel'},
      is: {},
    },
    {
      name: 'ends a task and its round',
      ...{task: RUNNING, report: FINISH, bytes: 'hello'},
      is: {task: 'open Success closed', rounds: ['end Success +5'], told: 'changed ended'},
    },
    {
      name: 'ends one whose start was never told',
      ...{task: PENDING, report: FINISH},
      is: {task: 'open Success closed', rounds: ['insert Success +0'], told: 'changed ended'},
    },
    {
      name: 'gives no round to a script that could not be run',
      ...{task: PENDING, report: NOT_RUN},
      is: {task: 'open Error closed', told: 'changed ended'},
    },
    {
      name: 'believes an end that replaces an inferred one, and says which',
      ...{task: LOST, report: FINISH},
      is: {task: 'Lost Success closed', rounds: ['end Success'], told: 'changed ended', replaced: 'Lost'},
    },
    {
      name: 'lets an inferred end stand after a day',
      ...{task: {...LOST, ...lost(NOW - DAY_MS - 1)}, report: FINISH},
      is: {over: true, recalled: false},
    },
    {
      name: 'leaves one expired that was withdrawn before it ran',
      ...{task: {...PENDING, state: 'Expired', isOpen: false, isInferred: true}, report: WITHDRAWN},
      is: {task: 'Expired stays', told: 'ended'},
    },
    {
      name: 'makes a dry run succeed',
      ...{task: {...PENDING, isDryRun: true}, report: VERIFIED},
      is: {task: 'open Success closed', told: 'changed ended'},
    },
    {
      name: 'only answers an end that comes twice',
      ...{task: OVER, report: FINISH, recallsByStop: true},
      is: {over: true, recalled: false},
    },
    {
      name: 'recalls an agent that goes on and does not listen to answers',
      ...{task: OVER, report: STARTED, recallsByStop: true},
      is: {task: 'Success stays', over: true, recalled: true},
    },
    {
      name: 'recalls none that hears the answer',
      ...{task: OVER, report: STARTED},
      is: {over: true, recalled: false},
    },
    {
      name: 'does not ask twice for that',
      ...{task: {...OVER, isRecalled: true}, report: STARTED, recallsByStop: true},
      is: {over: true, recalled: true},
    },
    {
      name: 'forgets the recall once the agent has stopped',
      ...{task: {...OVER, isRecalled: true}, report: STOPPED},
      is: {task: 'Success stays', over: true, recalled: false},
    },
    {
      name: 'lets a schedule wait for its next time after a round',
      ...{task: CRON_RUNNING, report: FINISH},
      is: {task: 'Running Scheduled', rounds: ['end Success'], told: 'changed ended'},
    },
    {
      name: 'lets it run on while another round does',
      ...{task: {...CRON_RUNNING, running: [ROUND, OTHER]}, report: FINISH},
      is: {task: 'Running Running', rounds: ['end Success'], told: 'changed ended'},
    },
    {
      name: 'takes a round of a schedule whose start was never told',
      ...{task: CRON, report: FINISH},
      is: {task: 'Scheduled Scheduled', rounds: ['insert Success +0'], told: 'changed ended'},
    },
    {
      name: 'keeps a schedule that was stopped, and believes the end of its lost round',
      ...{task: {...CRON_STOPPED, round: {...ROUND, state: 'Lost'}}, report: FINISH},
      is: {rounds: ['end Success'], told: 'changed ended', replaced: 'Lost'},
    },
    {
      name: 'stops a schedule and all that runs of it, with output for the round that is named',
      ...{task: {...CRON_RUNNING, running: [ROUND, OTHER]}, report: STOPPED, bytes: 'hello'},
      is: {task: 'open Stopped closed', rounds: ['end Stopped +5', 'end Stopped'], told: 'changed ended'},
    },
    {
      name: 'cancels a schedule of which nothing runs',
      ...{task: CRON, report: WITHDRAWN},
      is: {task: 'open Cancelled closed', told: 'changed ended'},
    },
    {
      name: 'ends a schedule that has no more times as its last round did',
      ...{task: {...CRON, last: {...ROUND, state: 'Timeout'}}, report: COMPLETED},
      is: {task: 'open Failed closed', told: 'changed ended'},
    },
    {
      name: 'calls a schedule invalid that never came to a round',
      ...{task: CRON, report: COMPLETED},
      is: {task: 'open Invalid closed', told: 'changed ended'},
    },
  ])('$name', ({is, ...given}) => {
    expect(summary(decide(given))).toEqual({task: undefined, rounds: [], told: '', ...is})
  })

  it('counts one more round where one begins, and lets an inferred state keep its time', () => {
    const set = (task: ReportedTask) => decide({task, report: STARTED}).task?.set
    expect(set(CRON)).toEqual({state: 'Running', rounds: 5, updatedAtMs: NOW})
    const expired = {...PENDING, state: 'Expired' as const, isOpen: false, isInferred: true}
    expect(set(expired)).toEqual({state: 'Expired', rounds: 1, updatedAtMs: START})
  })

  it('refuses what makes no sense for the task, by the name of what is wrong', () => {
    expect(() => decide({task: PENDING, report: VERIFIED})).toThrow('verified: the task is no dry run')
    expect(() => decide({task: PENDING, report: {...STARTED, startMs: 0}})).toThrow('start')
  })
})
