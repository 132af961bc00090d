import type {Clock} from '../../core/clock.ts'
import type {Logger} from '../../core/log.ts'
import type {HeldTask} from '../../protocol/agent/held.ts'
import type {TaskReport} from '../../protocol/agent/reports.ts'
import {isScheduled} from '../../protocol/repeat.ts'
import {ScheduleError} from '../../schedule/error.ts'
import type {Machine} from '../machine.ts'
import {isSameBoot} from '../state/boot.ts'
import type {TaskList, TaskStop} from './decode.ts'
import {NO_SPACE} from './execute.ts'
import {stoppedUnstarted} from './finish.ts'
import {type Plan, planTasks} from './plan.ts'
import {prepareTask} from './prepare.ts'
import {LATE_MS} from './rounds/occurrence.ts'
import type {Rounds, Timetable} from './rounds/timetable.ts'
import type {Ended, Run} from './run.ts'
import {runKey} from './run-key.ts'
import type {Runner} from './runner.ts'
import type {Kept, Shelf} from './shelf.ts'
import type {Sites} from './sites.ts'
import type {Task} from './task.ts'

export interface DispatchDeps {
  journal: Pick<Sites, 'isTaken' | 'isFinished' | 'lastRound'>
  shelf: Shelf
  timetable: Timetable
  runner: Runner
  machine: Machine
  clock: Clock
  log: Logger
  coldStart: boolean
  /** The server knows our additions. */
  assist: boolean
  /** Sends a report that belongs to no run. */
  post(report: TaskReport): Promise<void>
}

/** Official. Source: agent-protocol, 5.10. */
const SCRIPT_EXISTED = '-9'
const CLOCK_WENT_BACK = 'ClockWentBack'

/** Turns fetched lists, boots and moments into runs. */
export class Dispatch implements Rounds {
  readonly #deps: DispatchDeps
  /** Tasks that wait for a boot, by id. */
  readonly #atBoot = new Map<string, Task>()
  /** Schedules that are over once the run under way is. */
  readonly #completing = new Map<string, Task>()
  /** Stops that a run has not answered yet. */
  readonly #stopping = new Map<string, TaskStop>()
  /** Reports under way about tasks that were never started, so that a repeated list does not repeat them. */
  readonly #answering = new Set<string>()

  constructor(deps: DispatchDeps) {
    this.#deps = deps
  }

  /** Takes up what an earlier agent kept, before anything is fetched. */
  restore(kept: readonly Kept[]): void {
    const {journal, machine, shelf} = this.#deps
    for (const {task, arrivedMs, bootId} of kept) {
      if (isScheduled(task.repeat)) {
        this.#scheduleAgain(task, Math.max(arrivedMs, journal.lastRound(task.id) ?? 0))
        continue
      }
      this.#atBoot.set(task.id, task)
      if (isSameBoot(bootId, machine.bootId)) continue
      this.#run(task)
      if (task.repeat === 'EveryReboot') continue
      this.#atBoot.delete(task.id)
      shelf.remove(task.id)
    }
  }

  /** `first`: the answer to the first fetch of this agent. */
  take(list: TaskList, first: boolean): void {
    const {journal, runner, timetable, coldStart} = this.#deps
    this.#refuseFinished(list)
    const plan = planTasks(list, {
      versions: new Map([...timetable.versions(), ...[...this.#atBoot.values()].map((task) => versionOf(task))]),
      isTaken: (id) => runner.has(id) || journal.isTaken(id),
      justBooted: first && coldStart,
    })
    this.#carryOut(plan)
    for (const {taskId, invokeVersion, param, value} of list.refused) {
      this.#answer({kind: 'invalid', taskId, invokeVersion, param, value})
    }
  }

  /** What has run and was acknowledged, and comes again: our own server knows its end, another one hears what official agents say. */
  #refuseFinished(list: TaskList): void {
    if (this.#deps.assist) return
    const stopped = new Set(list.stop.map(({id}) => id))
    for (const task of list.run) {
      const again =
        (task.repeat === 'Once' || task.repeat === 'NextRebootOnly') && this.#deps.journal.isFinished(task.id)
      if (!again || stopped.has(task.id)) continue
      const errDesc = 'ScriptFileExisted: a task of this id was run before'
      this.#answer({...stoppedUnstarted(task), kind: 'error', errCode: SCRIPT_EXISTED, errDesc})
    }
  }

  /** A round is due. */
  fire(task: Task, roundMs: number): void {
    const {runner, log, machine} = this.#deps
    if (runner.has(task.id)) log.warn('a round was skipped, the last one still runs', {task: task.id, round: roundMs})
    else this.#offer({task, key: runKey(task, {roundMs, bootId: machine.bootId}), isRound: true})
  }

  /** The last round has been run, is being run or was passed over. A server takes `stopped` for the end, so it comes last. */
  exhausted(task: Task, everFired: boolean): void {
    this.#deps.shelf.remove(task.id)
    const {id: taskId, invokeVersion} = task
    if (this.#deps.runner.has(taskId)) this.#completing.set(taskId, task)
    else if (task.repeat === 'Period') this.#answer({...stoppedUnstarted(task), result: 'completed'})
    else if (!everFired)
      this.#answer({kind: 'invalid', taskId, invokeVersion, param: 'cron', value: 'AtExpressionExpired'})
  }

  /** The clock was set back. Where it matters the server is told, because rounds may seem to be missing, or to come twice. */
  wentBack(task: Task, byMs: number): void {
    const {log, assist} = this.#deps
    const by = `${Math.round(byMs / 1000)} s`
    log.warn('the clock went back; a schedule goes on at its next moment that was not run', {task: task.id, by})
    // An error would be the end of what runs once, and a correction of seconds is nobody's concern.
    if (!assist || task.repeat === 'At' || byMs < LATE_MS) return
    const errDesc = `The clock of the machine went back by ${by}; the schedule goes on at its next moment that was not run.`
    this.#answer({...stoppedUnstarted(task), kind: 'error', errCode: CLOCK_WENT_BACK, errDesc})
  }

  /** Everything that is not over: schedules, tasks for a boot, runs and what waits to run. */
  held(): HeldTask[] {
    const tasks = [...this.#deps.runner.tasks(), ...this.#atBoot.values()]
    const versions = new Map([...tasks.map(versionOf), ...this.#deps.timetable.versions()])
    return [...versions].map(([taskId, invokeVersion]) => ({taskId, invokeVersion}))
  }

  /** The server knows nothing of a task any more, or knows its end: nothing of it goes on here. */
  forget(taskId: string): void {
    const {timetable, runner, shelf, log} = this.#deps
    this.#completing.delete(taskId)
    const wasScheduled = timetable.remove(taskId)
    const waited = this.#atBoot.delete(taskId)
    if (wasScheduled || waited) shelf.remove(taskId)
    const run = runner.stop(taskId)
    if (wasScheduled || waited || run !== 'unknown') {
      log.warn('a task was ended here, because it is over at the server', {task: taskId, run})
    }
  }

  /** The server has sent this machine away. */
  forgetAll(): void {
    for (const {taskId} of this.held()) this.forget(taskId)
  }

  /** Rounds passed over are not counted again by a later agent. */
  missed(task: Task, rounds: number): void {
    const {shelf, clock, machine, log} = this.#deps
    log.warn('rounds were missed', {task: task.id, rounds})
    shelf.countMissed(rounds)
    shelf.put({task, arrivedMs: clock.now(), bootId: machine.bootId})
  }

  #carryOut(plan: Plan): void {
    const {shelf, clock, machine} = this.#deps
    for (const stop of plan.stop) this.#stop(stop)
    for (const task of plan.start) this.#run(task)
    for (const task of plan.keep) {
      this.#atBoot.set(task.id, task)
      shelf.put({task, arrivedMs: clock.now(), bootId: machine.bootId})
    }
    for (const task of plan.schedule) {
      const nowMs = clock.now()
      if (!this.#schedule(task, nowMs)) continue
      if (!shelf.put({task, arrivedMs: nowMs, bootId: machine.bootId})) this.#tellUnkept(task)
    }
    for (const task of plan.test) void this.#test(task)
  }

  /** It goes on, but none of its rounds can be run while there is no room. An error would be the end of what runs once. */
  #tellUnkept(task: Task): void {
    if (!this.#deps.assist || task.repeat === 'At') return
    const errDesc =
      'NoEnoughSpace: the disk of the machine takes nothing new. The schedule is known, and its rounds run once there is room.'
    this.#answer({...stoppedUnstarted(task), kind: 'error', errCode: NO_SPACE, errDesc})
  }

  /** From an earlier agent. What it has done in the future was done by a clock that was wrong. */
  #scheduleAgain(task: Task, doneMs: number): void {
    const nowMs = this.#deps.clock.now()
    if (this.#schedule(task, Math.min(doneMs, nowMs)) && doneMs > nowMs) this.wentBack(task, doneMs - nowMs)
  }

  /** @returns false when it cannot be scheduled, which the server is told. */
  #schedule(task: Task, doneMs: number): boolean {
    try {
      const last = this.#deps.journal.lastRound(task.id)
      this.#deps.timetable.put(task, doneMs, last === undefined ? [] : [last])
      return true
    } catch (error) {
      if (!(error instanceof ScheduleError)) throw error
      this.#deps.timetable.remove(task.id)
      if (isOver(error) && this.#deps.journal.lastRound(task.id) !== undefined) {
        this.exhausted(task, true)
        return false
      }
      this.#deps.shelf.remove(task.id)
      const {id: taskId, invokeVersion} = task
      this.#answer({kind: 'invalid', taskId, invokeVersion, param: 'cron', value: error.reason})
      return false
    }
  }

  #run(task: Task): void {
    const {machine, journal} = this.#deps
    const key = runKey(task, {bootId: machine.bootId})
    if (!journal.isTaken(key)) this.#offer({task, key, isRound: task.repeat === 'EveryReboot'})
  }

  #offer(run: Run): void {
    void this.#deps.runner.offer(run)?.then((how) => this.#ended(run.task.id, how))
  }

  /** A run has ended and its final report is on its way. One that had ended before it could be stopped leaves the stop unanswered. */
  #ended(taskId: string, how: Ended): void {
    const stop = this.#stopping.get(taskId)
    this.#stopping.delete(taskId)
    if (stop !== undefined && how !== 'stopped') this.#answerStop(stop)
    const task = this.#completing.get(taskId)
    this.#completing.delete(taskId)
    if (task !== undefined) this.exhausted(task, true)
  }

  #stop(stop: TaskStop): void {
    const {timetable, runner, shelf} = this.#deps
    timetable.remove(stop.id)
    this.#atBoot.delete(stop.id)
    shelf.remove(stop.id)
    this.#completing.delete(stop.id)
    if (runner.stop(stop.id) === 'running') this.#stopping.set(stop.id, stop)
    else this.#answerStop(stop)
  }

  /** What ran once has its own end on the way, or the server knows it. */
  #answerStop(stop: TaskStop): void {
    if (!this.#deps.journal.isTaken(stop.id)) this.#answer(stoppedUnstarted(stop))
  }

  async #test(task: Task): Promise<void> {
    const {id: taskId, invokeVersion} = task
    const prepared = await prepareTask(task, this.#deps.machine)
    if (prepared.kind === 'ready') return this.#answer({kind: 'verified', taskId, invokeVersion})
    const problem = prepared.kind === 'invalid' ? prepared : {param: 'CommandContentInvalid', value: prepared.reason}
    this.#answer({kind: 'invalid', taskId, invokeVersion, param: problem.param, value: problem.value})
  }

  #answer(report: TaskReport): void {
    const key = `${report.kind} ${report.taskId} ${report.invokeVersion}`
    if (this.#answering.has(key)) return
    this.#answering.add(key)
    void this.#deps.post(report).finally(() => this.#answering.delete(key))
  }
}

function isOver({reason}: ScheduleError): boolean {
  return reason === 'AtExpressionExpired' || reason === 'CronExpressionExpired'
}

function versionOf(task: Task): [string, number] {
  return [task.id, task.invokeVersion]
}
