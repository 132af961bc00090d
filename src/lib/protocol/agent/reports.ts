import {WAIT_PARAMETER} from './follow.ts'

/**
 * What an agent tells about a task, in the query of its POSTs; the body is output. Source: agent-protocol, 3.4.
 * Ours, ignored by other servers: `offset`, the position of the body's first byte in everything the script printed, which makes
 * repeats harmless and dropped bytes countable.
 */
export interface ReportBase {
  taskId: string
  invokeVersion: number
  /** Unix ms at which the script started; names the round of a recurring task. 0: it never started. */
  startMs: number
  /** `undefined` from official agents: the body follows what came before. */
  offset: number | undefined
}

export type TaskReport =
  | (ReportBase & {kind: 'running' /** Ours: see protocol/agent/follow.ts. */; waitMs?: number | undefined})
  | (ReportBase & {kind: 'timeout'; endMs: number; exitCode: number; dropped: number})
  | (ReportBase & {
      kind: 'finish'
      endMs: number
      exitCode: number
      dropped: number
      /** Ours: somebody whom the script left behind may go on printing, which nobody keeps. */
      outputLeft?: true
    })
  | (ReportBase & {kind: 'error'; endMs: number; exitCode: number; dropped: number; errCode: string; errDesc: string})
  | (ReportBase & {kind: 'stopped'; endMs: number; exitCode: number; dropped: number; result: 'killed' | 'completed'})
  | {kind: 'invalid'; taskId: string; invokeVersion: number; param: string; value: string}
  | {kind: 'verified'; taskId: string; invokeVersion: number}

export type ReportKind = TaskReport['kind']

export const REPORT_KINDS: readonly ReportKind[] = [
  'running',
  'finish',
  'timeout',
  'error',
  'stopped',
  'invalid',
  'verified',
]

export function isReportKind(value: unknown): value is ReportKind {
  return REPORT_KINDS.some((kind) => kind === value)
}

/** `errCode` of a script that could not be run: official codes have only numbers for it. Source: agent-protocol, 5.10. */
export const EXECUTE_FAILED = '-7'

/** `errCode` of a script that had started when its agent died: nobody knows how it ended. A string, as container codes are. */
export const INTERRUPTED = 'ExecutionInterrupted'

export function encodeReport(report: TaskReport): URLSearchParams {
  const query = new URLSearchParams({taskId: report.taskId, invokeVersion: String(report.invokeVersion)})
  if (report.kind === 'verified') return query
  if (report.kind === 'invalid') {
    query.set('param', report.param)
    query.set('value', report.value)
    return query
  }
  query.set('start', String(report.startMs))
  if (report.kind === 'running' && report.waitMs) query.set(WAIT_PARAMETER, String(report.waitMs))
  if (report.kind !== 'running') {
    query.set('end', String(report.endMs))
    query.set(report.kind === 'stopped' ? 'exitcode' : 'exitCode', String(report.exitCode))
    query.set('dropped', String(report.dropped))
  }
  if (report.kind === 'finish' && report.outputLeft) query.set('outputLeft', 'true')
  if (report.kind === 'error') {
    query.set('errCode', report.errCode)
    query.set('errDesc', report.errDesc)
  }
  if (report.kind === 'stopped') query.set('result', report.result)
  if (report.offset !== undefined) query.set('offset', String(report.offset))
  return query
}

/** A report that makes no sense; its message names the parameter to blame. */
export class UnreadableReport extends Error {
  override readonly name = 'UnreadableReport'
}

/** @throws UnreadableReport naming the parameter that is missing or not a number in its range. */
export function decodeReport(kind: ReportKind, query: URLSearchParams): TaskReport {
  const taskId = query.get('taskId') ?? ''
  if (taskId === '' || taskId.length > 64) throw new UnreadableReport('taskId')
  const invokeVersion = integer(query, 'invokeVersion', 0, 0, 2 ** 31 - 1)
  if (kind === 'verified') return {kind, taskId, invokeVersion}
  if (kind === 'invalid') {
    return {
      kind,
      taskId,
      invokeVersion,
      param: query.get('param') ?? '',
      value: (query.get('value') ?? '').slice(0, 1024),
    }
  }
  const base = {taskId, invokeVersion, startMs: integer(query, 'start', 0, 0, MAX_TIME_MS), offset: offsetOf(query)}
  if (kind === 'running') return {kind, ...base}
  const ended = {
    endMs: integer(query, 'end', 0, 0, MAX_TIME_MS),
    exitCode: integer(query, kind === 'stopped' ? 'exitcode' : 'exitCode', 0, -(2 ** 31), 2 ** 32 - 1),
    dropped: integer(query, 'dropped', 0, 0, Number.MAX_SAFE_INTEGER),
  }
  if (ended.endMs < base.startMs) throw new UnreadableReport('end')
  if (kind === 'stopped')
    return {kind, ...base, ...ended, result: query.get('result') === 'completed' ? 'completed' : 'killed'}
  if (kind === 'error')
    return {
      kind,
      ...base,
      ...ended,
      errCode: query.get('errCode') ?? '',
      errDesc: (query.get('errDesc') ?? '').slice(0, 1024),
    }
  if (kind === 'timeout') return {kind, ...base, ...ended}
  return {kind, ...base, ...ended, ...(query.get('outputLeft') === 'true' && {outputLeft: true as const})}
}

/** 2200-01-01: a clock beyond that is broken, and the number would not survive arithmetic on it. */
const MAX_TIME_MS = 7_258_118_400_000

function offsetOf(query: URLSearchParams): number | undefined {
  return query.has('offset') ? integer(query, 'offset', 0, 0, Number.MAX_SAFE_INTEGER) : undefined
}

function integer(query: URLSearchParams, name: string, missing: number, min: number, max: number): number {
  const text = query.get(name)
  if (text === null || text === '') return missing
  if (!/^-?\d{1,16}$/.test(text)) throw new UnreadableReport(name)
  const value = Number(text)
  if (value < min || value > max) throw new UnreadableReport(name)
  return value
}
