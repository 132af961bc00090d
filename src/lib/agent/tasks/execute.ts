import {whyNot} from '../../core/system-reason.ts'
import {EXECUTE_FAILED} from '../../protocol/agent/reports.ts'
import {type Power, powerWish} from '../process/power.ts'
import type {StartProcess} from '../process/start.ts'
import type {FollowNews} from '../talk/follow-news.ts'
import {type FinishDeps, finishRun, post, stoppedUnstarted} from './finish.ts'
import {type Prepared, prepareTask} from './prepare.ts'
import type {Ended, Run} from './run.ts'
import {discard, openWay, type Stage, type StageDeps, setStage} from './stage.ts'
import type {FinalReport} from './stored.ts'
import {superviseRun} from './supervise.ts'
import type {Task} from './task.ts'

export interface ExecuteDeps extends StageDeps, FinishDeps {
  startProcess: StartProcess
  followNews: FollowNews
  /** For scripts that ask for it by their exit code; absent: nobody may. */
  power: Power | undefined
}

/** As long as official agents wait. */
const POWER_PAUSE_MS = 100

/** Official codes have only a number for this. Source: agent-protocol, 5.10. */
export const NO_SPACE = '-8'

/**
 * One run from its task to its final report. The marker is on disk before the script starts, the report before it is sent, so
 * whatever happens in between, the script is not started twice and the run ends once. Never rejects.
 */
export async function executeRun(deps: ExecuteDeps, run: Run, stop: AbortSignal): Promise<Ended> {
  const {task, key} = run
  const prepared = await prepareTask(task, deps.machine).catch(
    (error: unknown): Prepared => ({kind: 'error', reason: whyNot(error)}),
  )
  if (prepared.kind === 'invalid') {
    const {param, value} = prepared
    await post(deps, {kind: 'invalid', taskId: task.id, invokeVersion: task.invokeVersion, param, value})
    return 'invalid'
  }
  if (stop.aborted) return undefined
  const stage = await setStage(deps, run, prepared).catch((error: unknown) => cannotWrite(deps, task, whyNot(error)))
  if (stage === undefined) return undefined
  deps.killPoint('after-marker')
  if (!(await mayStart(deps, task, stage))) return undefined
  const final = await runScript(deps, run, stage, prepared, stop)
  stage.start.decide(false)
  deps.killPoint('after-exit')
  const finished = finishRun(deps, stage.site.journal, stage.record, final)
  const ms = deps.clock.now() - stage.record.startMs
  deps.log.info('run ended', {task: task.id, run: key, kind: final.report.kind, ms})
  await finished
  await obeyPowerWish(deps, run, stage, final)
  return final.report.kind
}

/** Once its end is told, or at least kept on the disk for the next agent. */
async function obeyPowerWish(deps: ExecuteDeps, {task}: Run, {site}: Stage, {report}: FinalReport): Promise<void> {
  const wish = report.kind === 'finish' ? powerWish(report.exitCode, deps.machine.platform) : undefined
  if (wish === undefined || deps.power === undefined) return
  if (site.isSpare && !site.journal.isFinished(task.id)) {
    deps.log.error('the machine stays as it is: its disk takes nothing, and the end of the script is not told yet', {
      task: task.id,
      wish,
    })
    return
  }
  deps.log.warn('a script asked for it by its exit code', {task: task.id, wish})
  await deps.clock.sleep(POWER_PAUSE_MS)
  await deps.power(wish).catch((error: unknown) => {
    deps.log.error('the machine did not obey', {task: task.id, wish, reason: whyNot(error)})
  })
}

/** A run that only memory knows of is started once the server knows of it, too. */
async function mayStart(deps: ExecuteDeps, task: Task, stage: Stage): Promise<boolean> {
  if (!stage.site.isSpare) return true
  stage.start.decide(true)
  if (await stage.start.taken) return true
  discard(deps, stage)
  stage.site.journal.withdraw(stage.record)
  await cannotWrite(deps, task, 'the disk takes nothing new, and the server has not taken the report of the start')
  return false
}

async function cannotWrite(deps: ExecuteDeps, task: Task, why: string): Promise<undefined> {
  const reason = `SaveScriptFileFailed: ${why}`
  deps.log.error('a run could not be written down, so it was not started', {task: task.id, reason})
  await post(deps, {...stoppedUnstarted(task), kind: 'error', errCode: NO_SPACE, errDesc: reason.slice(0, 255)})
}

async function runScript(
  deps: ExecuteDeps,
  run: Run,
  stage: Stage,
  prepared: Exclude<Prepared, {kind: 'invalid'}>,
  stop: AbortSignal,
): Promise<FinalReport> {
  const {record, folder, script, problem, start, site} = stage
  try {
    if (prepared.kind === 'error') throw new Error(prepared.reason)
    if (script === undefined) throw new Error(problem)
    if (site.isSpare && stop.aborted) return stoppedInTime(deps, stage)
    if (prepared.account !== undefined) await openWay(stage, prepared.account)
    return await superviseRun(
      deps,
      run,
      record,
      {...prepared, folder, argv: prepared.program.argv(script)},
      start,
      stop,
    )
  } catch (error) {
    discard(deps, stage)
    return couldNotStart(deps, run, stage, whyNot(error))
  }
}

/** Its start was told, but it was stopped, or is over, before it came to that. */
function stoppedInTime(deps: ExecuteDeps, stage: Stage): FinalReport {
  discard(deps, stage)
  const {taskId, invokeVersion, startMs} = stage.record
  const times = {startMs, endMs: Math.max(startMs, deps.clock.now())}
  const ended = {exitCode: 0, dropped: 0, offset: deps.assist ? 0 : undefined, result: 'killed' as const}
  return {report: {kind: 'stopped', taskId, invokeVersion, ...times, ...ended}, body: ''}
}

function couldNotStart(deps: ExecuteDeps, run: Run, {record, site}: Stage, reason: string): FinalReport {
  const {id: taskId, invokeVersion} = run.task
  const {startMs} = record
  // A round is named by its start, and a start that was told has happened; what else runs once says by zeros that it never started.
  const isKnown = run.isRound || site.isSpare
  const times = isKnown ? {startMs, endMs: Math.max(startMs, deps.clock.now())} : {startMs: 0, endMs: 0}
  const errDesc = `ExecuteScriptFailed: ${reason}`.slice(0, 255)
  const ended = {exitCode: 0, dropped: 0, offset: undefined, errCode: EXECUTE_FAILED, errDesc}
  return {report: {kind: 'error', taskId, invokeVersion, ...times, ...ended}, body: ''}
}
