import {AGENT_PATHS} from '../../src/lib/protocol/agent/paths.ts'
import {type Agent, addAgent} from '../support/agent-face.ts'
import type {Luck, World} from './world.ts'

/** One start of a script, as the agent's disk has it. */
export interface Run {
  taskId: string
  startMs: number
  printed: string
  /** Characters that the server has acknowledged. */
  sent: number
  end?: {exitCode: number; how: 'finish' | 'stopped' | 'error'}
  /** The start, or anything after it, was acknowledged. */
  isKnown: boolean
  /** The end was acknowledged. */
  isTold: boolean
}

type Report = {
  kind: 'running' | 'finish' | 'stopped' | 'error'
  taskId: string
  query: Record<string, string | number>
  body: string
  run?: Run
}

/** What an agent does, in memory: it starts what it is offered once, keeps its final reports until they are acknowledged. */
export interface ModelAgent {
  agent: Agent
  account: string
  runs: Run[]
  schedules: Set<string>
  outbox: Report[]
  isGone: boolean
  fetch(luck: Luck): Promise<{run: string[]; stop: string[]} | undefined>
  print(run: Run, luck: Luck): Promise<void>
  finish(run: Run, exitCode: number): void
  fire(taskId: string): void
  flush(luck: Luck): Promise<void>
  die(): void
}

export async function addModelAgent(world: World, account: string, strong: boolean): Promise<ModelAgent> {
  const {face, clock} = world
  const agent = await addAgent(face, {strong, activation: {account_id: account}})
  const model: ModelAgent = {
    ...{agent, account, runs: [], schedules: new Set<string>(), outbox: [], isGone: false},
    fetch: async (luck) => {
      if (luck === 'lost') return undefined
      const answer = await agent.send(
        'POST',
        `${AGENT_PATHS.taskList}?reason=kickoff&currentTime=1&offset=0&timeZone=UTC&slots=10`,
      )
      if (answer.status === 403) model.isGone = true
      if (answer.status !== 200 || luck === 'unanswered') return undefined
      const list = (await answer.json()) as {
        run: Array<{task: {taskID: string}; repeat: string}>
        stop: Array<{task: {taskID: string}}>
      }
      const told = {run: list.run.map(({task}) => task.taskID), stop: list.stop.map(({task}) => task.taskID)}
      for (const {task, repeat} of list.run) {
        if (told.stop.includes(task.taskID)) continue
        if (repeat === 'Period' || repeat === 'Rate') model.schedules.add(task.taskID)
        else if (!model.runs.some((run) => run.taskId === task.taskID)) start(task.taskID)
      }
      for (const taskId of told.stop) stop(taskId)
      return told
    },
    print: async (run, luck) => {
      run.printed += `${world.pick(1e6)}\n`
      const report: Report = {
        kind: 'running',
        taskId: run.taskId,
        query: {start: run.startMs, offset: run.sent},
        body: run.printed.slice(run.sent),
        run,
      }
      await send(report, luck)
    },
    finish: (run, exitCode) => end(run, exitCode, 'finish'),
    fire: (taskId) => {
      const last = Math.max(0, ...model.runs.filter((run) => run.taskId === taskId).map((run) => run.startMs))
      if (clock.nowMs > last && !model.runs.some((run) => run.taskId === taskId && !run.end)) start(taskId)
    },
    flush: async (luck) => {
      const [report] = model.outbox
      if (report && (await send(report, luck))) model.outbox.shift()
    },
    // What ran when it died ended with nobody knowing how.
    die: () => {
      for (const run of model.runs) if (!run.end) end(run, 0, 'error')
    },
  }

  function start(taskId: string): void {
    model.runs.push({taskId, startMs: clock.nowMs, printed: '', sent: 0, isKnown: false, isTold: false})
  }

  function end(run: Run, exitCode: number, how: 'finish' | 'stopped' | 'error'): void {
    run.end = {exitCode, how}
    const code: Report['query'] = how === 'stopped' ? {exitcode: exitCode, result: 'killed'} : {exitCode}
    if (how === 'error') Object.assign(code, {errCode: 'ExecutionInterrupted', errDesc: 'x'})
    const query = {start: run.startMs, end: clock.nowMs, dropped: 0, offset: run.sent, ...code}
    model.outbox.push({kind: how, taskId: run.taskId, query, body: run.printed.slice(run.sent), run})
  }

  function stop(taskId: string): void {
    const isScheduled = model.schedules.delete(taskId)
    const mine = model.runs.filter((run) => run.taskId === taskId)
    const running = mine.find((run) => !run.end)
    if (running) end(running, -1, 'stopped')
    else if (isScheduled || mine.length === 0) {
      model.outbox.push({
        kind: 'stopped',
        taskId,
        query: {start: 0, end: 0, exitcode: 0, dropped: 0, result: 'killed'},
        body: '',
      })
    }
  }

  /** Whether it need not be sent again. */
  async function send(report: Report, luck: Luck): Promise<boolean> {
    if (luck === 'lost') return false
    const status = await agent.report(
      report.kind,
      {taskId: report.taskId, invokeVersion: 0, ...report.query},
      report.body,
    )
    if (luck === 'unanswered') return false
    if (status === 200 && report.run) {
      report.run.sent = Math.max(report.run.sent, Number(report.query.offset ?? 0) + report.body.length)
      report.run.isKnown = true
      if (report.kind !== 'running') report.run.isTold = true
    }
    return status === 200 || status === 404 || status === 403
  }

  return model
}
