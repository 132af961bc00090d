import {integer, isRecord, text, whole} from '../../core/json.ts'
import {decodeReport, encodeReport, INTERRUPTED, isReportKind, type TaskReport} from '../../protocol/agent/reports.ts'
import {isRunKey, taskIdOf} from './run-key.ts'

/** What is written down before a script starts. */
export interface RunRecord {
  key: string
  taskId: string
  invokeVersion: number
  startMs: number
  bootId: string
  /** Name of the run's folder, which is random and marks every process of the run; empty when that is unknown. */
  folder: string
}

export interface FinalReport {
  report: TaskReport
  /** Base64. */
  body: string
}

/** Of everything kept here. What a later version has written is not guessed at. */
const VERSION = 1

export function encodeRecord(record: RunRecord): Readonly<Record<string, unknown>> {
  return {version: VERSION, ...record}
}

/** @throws Error saying what is wrong. The folder is removed with all in it later, so it can only be one of our own. */
export function decodeRecord(value: unknown, key: string): RunRecord {
  const {invokeVersion, startMs, bootId, folder} = checked(value)
  if (!isRecord(value) || value.key !== key || !isRunKey(key)) throw new Error('it names another run')
  if (typeof folder !== 'string' || !/^([0-9a-f]{32})?$/.test(folder)) throw new Error('it names no folder of ours')
  const started = whole(startMs)
  if (started === undefined) throw new Error('it has no time')
  const taskId = taskIdOf(key)
  return {key, taskId, invokeVersion: integer(invokeVersion) ?? 0, startMs: started, bootId: text(bootId), folder}
}

/** As it goes over the wire. */
export function encodeFinal({report, body}: FinalReport): Readonly<Record<string, unknown>> {
  return {version: VERSION, kind: report.kind, query: encodeReport(report).toString(), body}
}

/** @throws Error saying what is wrong. */
export function decodeFinal(value: unknown): FinalReport {
  const {kind, query, body} = checked(value)
  if (!isReportKind(kind) || typeof query !== 'string' || typeof body !== 'string') throw new Error('it is no report')
  return {report: decodeReport(kind, new URLSearchParams(query)), body}
}

/** Nobody knows how it went on, so nobody may guess, and nobody may start it again. */
export function interruptedReport(record: RunRecord, nowMs: number): FinalReport {
  return {
    report: {
      kind: 'error',
      taskId: record.taskId,
      invokeVersion: record.invokeVersion,
      startMs: record.startMs,
      endMs: Math.max(nowMs, record.startMs),
      exitCode: 0,
      dropped: 0,
      offset: undefined,
      errCode: INTERRUPTED,
      errDesc: 'The agent ended while the script was running; how the script ended is unknown.',
    },
    body: '',
  }
}

function checked(value: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new Error('it is no record')
  const {version = VERSION} = value
  if (version !== VERSION)
    throw new Error(`it is of version ${String(version)}, and this agent knows version ${VERSION}`)
  return value
}
