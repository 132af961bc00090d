import {parseRecord} from '../../core/json.ts'

/** What a server says to a report. */
export interface ReportAnswer {
  /**
   * Ours: the task had ended at the server before this report came, for good and not by inference. A schedule of it, or a run that
   * goes on, must end here too. Other agents ignore it.
   */
  over: boolean
}

export function encodeReportAnswer({over}: ReportAnswer): {over?: true} {
  return over ? {over: true} : {}
}

/** Whatever other servers answer says nothing of an end. */
export function decodeReportAnswer(body: string): ReportAnswer {
  return {over: parseRecord(body)?.over === true}
}
