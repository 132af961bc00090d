import {parseRecord} from '../../core/json.ts'
import type {Follow} from '../../protocol/agent/follow.ts'
import {AGENT_PATHS} from '../../protocol/agent/paths.ts'
import {decodeReportAnswer} from '../../protocol/agent/report-answer.ts'
import {REPORT_KINDS} from '../../protocol/agent/reports.ts'
import type {Answer, Connection} from './connection.ts'

/** What a server's answer says about tasks that the agent still holds. */
export interface Verdicts {
  /** Whether somebody follows the run, as of this answer to a report that it goes on. */
  followed(taskId: string, follow: Follow | undefined): void
  /** The task has ended at the server, or it has no such task. */
  over(taskId: string): void
  /** The server has sent this machine away: nothing of what it gave out may go on. */
  sentAway(): void
}

/**
 * Hears what answers say between the lines, whoever asked. Only for servers that said `assist`, and only where the body says the
 * same as the status: a proxy on the way may answer 403 and 404 as well.
 */
export function hearVerdicts(connection: Connection, verdicts: Verdicts): Connection {
  return async (call) => {
    const answer = await connection(call)
    if (isOwn(answer, 403)) verdicts.sentAway()
    const taskId = REPORTS.has(call.path) ? call.query?.get('taskId') : undefined
    if (!taskId) return answer
    const said = answer.status === 200 ? decodeReportAnswer(answer.text) : undefined
    if (said?.over || isOwn(answer, 404)) verdicts.over(taskId)
    else if (said && call.path === AGENT_PATHS.running) verdicts.followed(taskId, said.follow)
    return answer
  }
}

const REPORTS: ReadonlySet<string> = new Set(REPORT_KINDS.map((kind) => AGENT_PATHS[kind]))

function isOwn({status, text}: Answer, expected: number): boolean {
  return status === expected && parseRecord(text)?.code === expected
}
