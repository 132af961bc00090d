import type {Clock} from '../../core/clock.ts'
import {type Follow, MOST_WAIT_MS, WAIT_PARAMETER} from '../../protocol/agent/follow.ts'
import {AGENT_PATHS} from '../../protocol/agent/paths.ts'
import {encodeReportAnswer} from '../../protocol/agent/report-answer.ts'
import {decodeReport, type ReportKind, type TaskReport, UnreadableReport} from '../../protocol/agent/reports.ts'
import type {ServerDeps} from '../deps.ts'
import type {Applied} from '../rules/decide-report.ts'
import {appendAudit} from '../store/calls/audit.ts'
import type {Tx} from '../store/database.ts'
import {applyReport} from '../store/runs/apply-report.ts'
import {readFollow} from '../store/runs/follow.ts'
import {findWaiting} from '../store/runs/slots.ts'
import {AgentRefusal, answer} from './answer.ts'
import type {AgentRoute, InstanceCall} from './call.ts'

/** More than any agent sends at once: the quota is 24 KiB, and a report of ours half of this. */
const MOST_OUTPUT_BYTES = 1024 * 1024

const KINDS: readonly ReportKind[] = ['running', 'finish', 'timeout', 'error', 'stopped', 'invalid', 'verified']

/** What agents tell of their tasks. A repeated report gets the same 200 as the first. */
export const reports: readonly AgentRoute[] = KINDS.map((kind) => ({
  method: 'POST',
  path: AGENT_PATHS[kind],
  auth: 'instance',
  bodyLimit: MOST_OUTPUT_BYTES,
  isActivity: true,
  handle: (deps, call) => takeReport(deps, kind, call),
}))

async function takeReport(deps: ServerDeps, kind: ReportKind, call: InstanceCall): Promise<Response> {
  const report = decode(kind, call.query)
  const {applied, follow} = await deps.db.write((tx) => applyAndRecord(tx, report, call, deps.clock)).catch(asRefusal)
  if (!applied) throw new AgentRefusal(404, 'This instance has no such task.')
  if (applied.changed) deps.changes.notify(report.taskId)
  await wake(deps, call, report.taskId, applied)
  const room = follow && (await waitForRoom(deps, call, report.taskId, follow))
  return answer({...encodeReportAnswer({over: applied.over === true, follow: room})})
}

/** Another replica's word is seen after at most this. */
const LOOK_AGAIN_MS = 500

/** Holds the answer while a script is to wait, as long as its agent asks for. */
async function waitForRoom(
  {db, changes, clock}: ServerDeps,
  {instance, query}: InstanceCall,
  invokeId: string,
  told: Follow,
): Promise<Follow | undefined> {
  const key = {invokeId, instanceId: instance.instance_id}
  const untilMs = clock.monotonic() + Math.min(Number(query.get(WAIT_PARAMETER)) || 0, MOST_WAIT_MS)
  let follow: Follow | undefined = told
  while (follow?.room === 0) {
    const leftMs = untilMs - clock.monotonic()
    if (leftMs <= 0) break
    await changes.next(invokeId, Math.min(leftMs, LOOK_AGAIN_MS))
    follow = await readFollow(db.read, key, clock.now())
  }
  return follow
}

/** One that has ended makes room for one that waits; one that is over must hear so. */
async function wake(deps: ServerDeps, {instance}: InstanceCall, taskId: string, applied: Applied): Promise<void> {
  const {instance_id: instanceId} = instance
  if (!deps.replicas && !deps.kicker.isConnected(instanceId)) return
  if (applied.recalled) deps.kicker.kick(instanceId, {kind: 'stop', taskId})
  const waiting = applied.ended && (await findWaiting(deps.db.read, instanceId))
  if (waiting) deps.kicker.kick(instanceId, {kind: 'run', taskId: waiting.invokeId})
}

function decode(kind: ReportKind, query: URLSearchParams): TaskReport {
  try {
    return decodeReport(kind, query)
  } catch (error) {
    return asRefusal(error)
  }
}

function asRefusal(error: unknown): never {
  if (error instanceof UnreadableReport) throw new AgentRefusal(400, `${error.message} is missing or out of range.`)
  throw error
}

async function applyAndRecord(tx: Tx, report: TaskReport, call: InstanceCall, clock: Clock) {
  const {instance, body} = call
  const nowMs = clock.now()
  const applied = await applyReport(tx, {
    instanceId: instance.instance_id,
    report,
    bytes: body,
    recallsByStop: instance.strong === 0,
    nowMs,
  })
  const result = resultToRecord(applied)
  if (result && (applied || mayRecord(call, clock.monotonic()))) {
    await appendAudit(tx, {
      atMs: nowMs,
      accountId: instance.account_id,
      caller: instance.instance_id,
      action: `Report.${report.kind}`,
      targets: [report.taskId],
      requestId: call.requestId,
      source: call.source,
      result,
    })
  }
  const isFollowable = report.kind === 'running' && applied !== undefined && !applied.over && instance.strong === 1
  const key = {invokeId: report.taskId, instanceId: instance.instance_id}
  return {applied, follow: isFollowable ? await readFollow(tx, key, nowMs) : undefined}
}

/** An agent can report on tasks that it makes up as fast as it likes. */
function mayRecord({strays, instance}: InstanceCall, monotonicMs: number): boolean {
  if (strays.waitMs(instance.instance_id, monotonicMs) > 0) return false
  strays.failed(instance.instance_id, monotonicMs)
  return true
}

/** Reports are not recorded, but for those that nobody expects. */
function resultToRecord(applied: Applied | undefined): string | undefined {
  if (!applied) return 'NotFound'
  return applied.replaced && `Replaced.${applied.replaced}`
}
