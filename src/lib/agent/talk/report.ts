import {AGENT_PATHS} from '../../protocol/agent/paths.ts'
import {EXECUTE_FAILED, encodeReport, INTERRUPTED, type TaskReport} from '../../protocol/agent/reports.ts'
import type {Connection} from './connection.ts'

/** What became of a report that was sent once. */
export type Outcome =
  | 'taken'
  /** The server knows no such run: it is of no use to anybody. */
  | 'unknown'
  /** The server doesn't believe who we are; that can pass (a clock, a restored database). */
  | 'unauthorised'
  /** The server can't read it. Not taken for success, as official agents do. */
  | 'refused'
  /** No answer, or one that says "later". */
  | 'unreachable'

const TIMEOUT_MS = 5000

/** Sends a report once; a gate that says no makes it `unreachable`. Never rejects. */
export type SendReport = (report: TaskReport, body: Uint8Array, gate?: Promise<boolean>) => Promise<Outcome>

export interface Dialect {
  /** The server knows our additions. */
  assist: boolean
  /** What the official service is told of the clock with the reports of a schedule. Source: agent-protocol, 3.4. */
  wallOf(taskId: string): Readonly<Record<string, string>>
}

export function createSendReport(connection: Connection, {assist, wallOf}: Dialect): SendReport {
  return async (report, body, gate) => {
    const query = encodeReport(assist ? report : officialReport(report))
    if (!assist) for (const [name, value] of Object.entries(wallOf(report.taskId))) query.set(name, value)
    const timeoutMs = TIMEOUT_MS + ((report.kind === 'running' ? report.waitMs : undefined) ?? 0)
    const call = {path: AGENT_PATHS[report.kind], query, text: body, timeoutMs, gate}
    try {
      const answer = await connection({method: 'POST', ...call})
      // Official agents take it for success, so the service never means it for anything else.
      return !assist && answer.status === 400 ? 'taken' : outcomeOf(answer.status)
    } catch {
      return 'unreachable'
    }
  }
}

/** Codes of ours mean nothing to others; theirs for a script that could not be carried through is a number. */
function officialReport(report: TaskReport): TaskReport {
  return report.kind === 'error' && report.errCode === INTERRUPTED ? {...report, errCode: EXECUTE_FAILED} : report
}

export function outcomeOf(status: number): Outcome {
  if (status >= 200 && status < 300) return 'taken'
  if (status === 404) return 'unknown'
  if (status === 401 || status === 403) return 'unauthorised'
  return status >= 400 && status < 500 && status !== 408 && status !== 429 ? 'refused' : 'unreachable'
}
