import {parseRecord} from '../../core/json.ts'
import {decodeFollow, type Follow} from './follow.ts'

/** What a server says to a report. */
export interface ReportAnswer {
  /**
   * Ours: the task had ended at the server before this report came, for good and not by inference. A schedule of it, or a run that
   * goes on, must end here too. Other agents ignore it.
   */
  over: boolean
  /** Ours: somebody follows the run. */
  follow?: Follow | undefined
}

export function encodeReportAnswer({over, follow}: ReportAnswer): {over?: true; follow?: Follow} {
  return {...(over && {over}), ...(follow && {follow})}
}

/** Whatever other servers answer says nothing of an end. */
export function decodeReportAnswer(body: string): ReportAnswer {
  const value = parseRecord(body)
  const follow = decodeFollow(value?.follow)
  return {over: value?.over === true, ...(follow && {follow})}
}
