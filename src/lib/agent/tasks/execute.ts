import {chmodSync, chownSync, closeSync, openSync, writeFileSync} from 'node:fs'
import {basename, join} from 'node:path'
import type {Clock} from '../../core/clock.ts'
import type {Logger} from '../../core/log.ts'
import {systemReason} from '../../core/system-reason.ts'
import {EXECUTE_FAILED} from '../../protocol/agent/reports.ts'
import type {KillPoint} from '../kill-point.ts'
import type {Account, Machine} from '../machine.ts'
import type {RunFolders} from '../process/run-folders.ts'
import type {StartProcess} from '../process/start.ts'
import {canReach} from '../process/user.ts'
import {NAMES} from '../state/names.ts'
import type {Outbox} from '../talk/outbox.ts'
import type {SendReport} from '../talk/report.ts'
import {announceStart, type StartReport} from './announce.ts'
import type {Journal} from './journal.ts'
import {type Prepared, prepareTask} from './prepare.ts'
import type {Ended, Run} from './run.ts'
import {type FinalReport, interruptedReport, type RunRecord} from './stored.ts'
import {superviseRun} from './supervise.ts'
import type {Task} from './task.ts'

export interface ExecuteDeps {
  stateDir: string
  machine: Machine
  journal: Journal
  folders: Pick<RunFolders, 'take' | 'discard'>
  startProcess: StartProcess
  send: SendReport
  outbox: Pick<Outbox, 'post'>
  clock: Clock
  log: Logger
  killPoint: KillPoint
  /** The server knows offsets. */
  assist: boolean
}

/** Official codes have only a number for this. Source: agent-protocol, 5.10. */
const NO_SPACE = '-8'

/**
 * One run from its task to its final report. The marker is on disk before the script starts, the report before it is sent, so
 * whatever happens in between, the script is not started twice and the run ends once. Never rejects.
 */
export async function executeRun(deps: ExecuteDeps, run: Run, stop: AbortSignal): Promise<Ended> {
  const {task, key} = run
  const prepared = await prepareTask(task, deps.machine).catch(
    (error: unknown): Prepared => ({kind: 'error', reason: reasonOf(error)}),
  )
  if (prepared.kind === 'invalid') {
    const {param, value} = prepared
    await post(deps, {kind: 'invalid', taskId: task.id, invokeVersion: task.invokeVersion, param, value})
    return 'invalid'
  }
  if (stop.aborted) return undefined
  const record = await newRecord(deps, run)
  if (record === undefined) return undefined
  deps.killPoint('before-marker')
  const start = announceStart(deps, task, record)
  if (!(await writeMarker(deps, task, record))) {
    start.decide(false)
    return undefined
  }
  deps.killPoint('after-marker')
  const final = await runScript(deps, run, record, prepared, start, stop)
  start.decide(false)
  deps.killPoint('after-exit')
  const finished = finishRun(deps, record, final)
  deps.log.info('run ended', {task: task.id, run: key, kind: final.report.kind, ms: deps.clock.now() - record.startMs})
  await finished
  return final.report.kind
}

/** Final report on disk, then to the server, then the marker becomes a tombstone. Resolves after the first try to send it. */
export async function finishRun(
  deps: Pick<ExecuteDeps, 'journal' | 'outbox' | 'killPoint' | 'log' | 'clock'>,
  record: RunRecord,
  final: FinalReport,
): Promise<void> {
  let unsaved: FinalReport | undefined = final
  await deps.outbox.post({
    taskId: record.taskId,
    keep: () => {
      try {
        if (unsaved !== undefined) deps.journal.end(record, unsaved)
        unsaved = undefined
      } catch (error) {
        deps.log.error('a final report could not be written', {run: record.key, reason: String(error)})
      }
      deps.killPoint('after-final-written')
    },
    load: () => {
      const letter = unsaved ?? storedFinal(deps, record)
      return letter && {report: letter.report, body: Buffer.from(letter.body, 'base64')}
    },
    done: async (outcome) => {
      deps.killPoint('after-final-sent')
      if (outcome !== 'taken') deps.log.warn('the server does not want a final report', {run: record.key, outcome})
      await deps.journal.acknowledge(record)
    },
  })
}

/** A report that was damaged while it waited says nothing any more of how the script ended. */
function storedFinal(deps: Pick<ExecuteDeps, 'journal' | 'log' | 'clock'>, record: RunRecord): FinalReport | undefined {
  try {
    return deps.journal.finalOf(record)
  } catch (error) {
    deps.log.error('a final report cannot be read any more', {run: record.key, reason: reasonOf(error)})
    return interruptedReport(record, deps.clock.now())
  }
}

export function stoppedUnstarted({id, invokeVersion}: {id: string; invokeVersion: number}) {
  const zeros = {startMs: 0, endMs: 0, exitCode: 0, dropped: 0, offset: undefined}
  return {kind: 'stopped' as const, taskId: id, invokeVersion, ...zeros, result: 'killed' as const}
}

/** A report about no run; a lost one comes about again with the next fetch. */
export async function post(deps: Pick<ExecuteDeps, 'outbox'>, report: Parameters<SendReport>[0]): Promise<void> {
  const content = {report, body: new Uint8Array()}
  await deps.outbox.post({taskId: report.taskId, load: () => content, done: async () => {}})
}

async function newRecord(deps: ExecuteDeps, {task, key}: Run): Promise<RunRecord | undefined> {
  try {
    const folder = basename(await deps.folders.take())
    const {id: taskId, invokeVersion} = task
    return {key, taskId, invokeVersion, startMs: deps.clock.now(), bootId: deps.machine.bootId, folder}
  } catch (error) {
    await cannotWrite(deps, task, error)
    return undefined
  }
}

/** @returns false when the run was started before, or cannot be started because it cannot be written down. */
async function writeMarker(deps: ExecuteDeps, task: Task, record: RunRecord): Promise<boolean> {
  try {
    if (deps.journal.begin(record)) return true
    discard(deps, record)
  } catch (error) {
    discard(deps, record)
    await cannotWrite(deps, task, error)
  }
  return false
}

/** Nothing will run in the folder; a supervisor that waits there would keep us from ever ending. */
function discard(deps: ExecuteDeps, record: RunRecord): void {
  try {
    deps.folders.discard(deps.journal.folderOf(record))
  } catch (error) {
    deps.log.warn('the folder of a run could not be removed', {run: record.key, reason: reasonOf(error)})
  }
}

async function cannotWrite(deps: ExecuteDeps, task: Task, error: unknown): Promise<void> {
  const reason = `SaveScriptFileFailed: ${reasonOf(error)}`
  deps.log.error('a run could not be written down, so it was not started', {task: task.id, reason})
  await post(deps, {...stoppedUnstarted(task), kind: 'error', errCode: NO_SPACE, errDesc: reason.slice(0, 255)})
}

async function runScript(
  deps: ExecuteDeps,
  run: Run,
  record: RunRecord,
  prepared: Exclude<Prepared, {kind: 'invalid'}>,
  start: StartReport,
  stop: AbortSignal,
): Promise<FinalReport> {
  if (prepared.kind === 'error') {
    discard(deps, record)
    return couldNotStart(deps, run, record, prepared.reason)
  }
  const folder = deps.journal.folderOf(record)
  const script = join(folder, `script${prepared.program.extension}`)
  try {
    writeScript(script, prepared.program.content, prepared.account)
    if (prepared.account !== undefined) await openWay(deps.stateDir, folder, script, prepared.account)
    return await superviseRun(
      deps,
      run,
      record,
      {...prepared, folder, argv: prepared.program.argv(script)},
      start,
      stop,
    )
  } catch (error) {
    discard(deps, record)
    return couldNotStart(deps, run, record, reasonOf(error))
  }
}

/** Without the words of the system's errors, which quote paths of ours, and of a script's first line. */
function reasonOf(error: unknown): string {
  return systemReason(error) ?? (error instanceof Error ? error.message : 'unknown')
}

function couldNotStart(deps: ExecuteDeps, run: Run, {startMs}: RunRecord, reason: string): FinalReport {
  const {id: taskId, invokeVersion} = run.task
  // A round is named by its start; what runs once says by zeros that it never started.
  const times = run.isRound ? {startMs, endMs: Math.max(startMs, deps.clock.now())} : {startMs: 0, endMs: 0}
  const errDesc = `ExecuteScriptFailed: ${reason}`.slice(0, 255)
  const ended = {exitCode: 0, dropped: 0, offset: undefined, errCode: EXECUTE_FAILED, errDesc}
  return {report: {kind: 'error', taskId, invokeVersion, ...times, ...ended}, body: ''}
}

function writeScript(path: string, content: Buffer, account: Account | undefined): void {
  const file = openSync(path, 'wx', 0o500)
  try {
    writeFileSync(file, content) // goes on until all is written: a full disk takes a part without a word
  } finally {
    closeSync(file)
  }
  if (account !== undefined) chownSync(path, account.uid, account.gid)
}

/** Somebody else has to get to the script: our folders can then be passed through, though not listed or written. */
async function openWay(stateDir: string, folder: string, script: string, account: Account): Promise<void> {
  for (const path of [stateDir, join(stateDir, NAMES.runs), folder]) chmodSync(path, 0o711)
  if (await canReach(account, script, 'file')) return
  throw new Error(`user ${account.name} cannot reach the script in ${folder}: a folder above may not be passed through`)
}
