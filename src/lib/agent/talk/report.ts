import {AGENT_PATHS} from '../../protocol/agent/paths.ts'
import {encodeReport, type TaskReport} from '../../protocol/agent/reports.ts'
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

export function createSendReport(connection: Connection): SendReport {
  return async (report, body, gate) => {
    const call = {path: AGENT_PATHS[report.kind], query: encodeReport(report), text: body, timeoutMs: TIMEOUT_MS, gate}
    try {
      const answer = await connection({method: 'POST', ...call})
      return outcomeOf(answer.status)
    } catch {
      return 'unreachable'
    }
  }
}

export function outcomeOf(status: number): Outcome {
  if (status >= 200 && status < 300) return 'taken'
  if (status === 404) return 'unknown'
  if (status === 401 || status === 403) return 'unauthorised'
  return status >= 400 && status < 500 && status !== 408 && status !== 429 ? 'refused' : 'unreachable'
}
