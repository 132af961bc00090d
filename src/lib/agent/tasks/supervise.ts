import type {Clock} from '../../core/clock.ts'
import {INTERRUPTED, type ReportBase, type TaskReport} from '../../protocol/agent/reports.ts'
import type {KillPoint} from '../kill-point.ts'
import type {Account, Machine} from '../machine.ts'
import {Flow} from '../output/flow.ts'
import {streamOfficial, streamOutput} from '../output/stream.ts'
import {OutputWindow, type Piece} from '../output/window.ts'
import {createOutputDecoder} from '../process/script.windows.ts'
import type {RunningProcess, StartProcess} from '../process/start.ts'
import type {FollowNews} from '../talk/follow-news.ts'
import type {SendReport} from '../talk/report.ts'
import type {StartReport} from './announce.ts'
import type {Run} from './run.ts'
import type {FinalReport, RunRecord} from './stored.ts'

/** For what others still print after the script itself has ended. */
const DRAIN_MS = 2000
const DRAIN_STEP_MS = 100
/** What official agents keep at least, and what servers without offsets expect. */
const OFFICIAL_QUOTA_BYTES = 12_000

/** However often a server that is not ours asks for output, official agents send it once a second. */
const OFFICIAL_LEAST_MS = 1000

/** Why a run ended. */
type Cause = 'exited' | 'timeout' | 'stopped' | 'lost'

export interface SuperviseDeps {
  machine: Machine
  startProcess: StartProcess
  send: SendReport
  followNews: FollowNews
  clock: Clock
  killPoint: KillPoint
  /** The server knows offsets. */
  assist: boolean
}

export interface StartPlan {
  folder: string
  argv: readonly string[]
  cwd: string
  environment: Readonly<Record<string, string>>
  account: Account | undefined
}

/** Starts the script and stays with it to the end. Rejects when it could not be started. */
export async function superviseRun(
  deps: SuperviseDeps,
  run: Run,
  record: RunRecord,
  plan: StartPlan,
  start: StartReport,
  stop: AbortSignal,
): Promise<FinalReport> {
  const {task} = run
  const quotaBytes = deps.assist ? task.output.quotaBytes : Math.max(task.output.quotaBytes, OFFICIAL_QUOTA_BYTES)
  const window = new OutputWindow(quotaBytes)
  const flow = new Flow(deps.clock, window, {quotaBytes, mayBeFollowed: deps.assist && !run.isRound})
  const forgetNews = deps.followNews.hear(task.id, (follow) => flow.told(follow))
  const decode = createOutputDecoder(deps.machine.codePage)
  const onOutput = (bytes: Uint8Array): boolean => {
    window.append(decode(bytes))
    return flow.read()
  }
  const startedMs = deps.clock.monotonic()
  const child = await deps.startProcess({...plan, onOutput}).catch((error: unknown) => {
    forgetNews()
    throw error
  })
  flow.whenRoom(() => child.resumeOutput())
  deps.killPoint('after-spawn')
  start.decide(true)

  const ended = new AbortController()
  const identity = {taskId: task.id, invokeVersion: task.invokeVersion, startMs: record.startMs}
  const streaming = {
    ...{clock: deps.clock, killPoint: deps.killPoint},
    send: async ({offset, bytes}: Piece, waitMs?: number) =>
      (await deps.send({kind: 'running', ...identity, offset: numbered(offset), waitMs}, bytes)) === 'taken',
  }
  const {everyMs, skipEmpty} = task.output
  const streamed = deps.assist
    ? streamOutput(streaming, {window, flow}, start.taken, {everyMs, skipEmpty}, ended.signal)
    : streamOfficial(
        streaming,
        window,
        start.taken,
        {everyMs: Math.max(everyMs, OFFICIAL_LEAST_MS), skipEmpty, quotaBytes, startOnly: run.isRound},
        ended.signal,
      )
  const {cause, exitCode} = await waitForEnd(deps, run, child, stop)
  const endMs = record.startMs + Math.max(0, Math.round(deps.clock.monotonic() - startedMs))
  const outputLeft = await drain(deps, child, flow)
  ended.abort()
  await streamed
  forgetNews()
  const {offset, bytes, dropped} = window.last()
  const outcome = {...identity, endMs, dropped, offset: numbered(offset)}
  return {report: finalReport(cause, exitCode, outcome, deps.assist && outputLeft), body: bytes.toString('base64')}

  function numbered(offset: number): number | undefined {
    return deps.assist ? offset : undefined
  }
}

/** The first cause wins, and is decided here only. A tree that is being ended has ended when all of it is gone. */
async function waitForEnd(deps: SuperviseDeps, {task}: Run, child: RunningProcess, stop: AbortSignal) {
  let cause: Cause | undefined
  let ending: Promise<void> | undefined
  const over = new AbortController()
  const end = (why: Cause): void => {
    if (cause !== undefined) return
    cause = why
    ending = child.end(task.endScope)
  }
  const onStop = (): void => end('stopped')
  if (stop.aborted) onStop()
  stop.addEventListener('abort', onStop, {once: true})
  if (task.timeoutMs !== undefined) {
    void deps.clock.sleep(task.timeoutMs, over.signal).then(() => {
      if (!over.signal.aborted) end('timeout')
    })
  }
  const exitCode = await child.exited
  // Nobody would learn how the script ends, or could stop it.
  if (exitCode === 'lost') end('lost')
  cause ??= 'exited'
  over.abort()
  stop.removeEventListener('abort', onStop)
  await ending
  return {cause, exitCode: exitCode === 'lost' ? 0 : exitCode}
}

/**
 * Until nobody can print any more, at most two seconds: a daemon that was left behind may hold the output for ever. While nothing is read,
 * because a follower has no room, the time does not count.
 * @returns whether somebody still can
 */
async function drain(deps: SuperviseDeps, child: RunningProcess, flow: Flow): Promise<boolean> {
  const enough = new AbortController()
  void child.outputEnded.then(() => enough.abort())
  for (let leftMs = DRAIN_MS; leftMs > 0 && !enough.signal.aborted; ) {
    if (!flow.isPaused) leftMs -= DRAIN_STEP_MS
    await deps.clock.sleep(DRAIN_STEP_MS, enough.signal)
  }
  const isLeft = !enough.signal.aborted
  await child.leaveOutput()
  return isLeft
}

type Outcome = ReportBase & {endMs: number; dropped: number}

function finalReport(cause: Cause, exitCode: number, outcome: Outcome, outputLeft: boolean): TaskReport {
  if (cause === 'timeout') return {kind: 'timeout', ...outcome, exitCode: 1}
  if (cause === 'lost') {
    const errDesc = 'What ran the script was ended by a signal; the script was ended too, how far it came is unknown.'
    return {kind: 'error', ...outcome, exitCode: 0, errCode: INTERRUPTED, errDesc}
  }
  if (cause === 'stopped') return {kind: 'stopped', ...outcome, exitCode: 0, result: 'killed'}
  return {kind: 'finish', ...outcome, exitCode, ...(outputLeft && {outputLeft})}
}
