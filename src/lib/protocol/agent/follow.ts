import {isRecord} from '../../core/json.ts'

/**
 * Ours, in the answer to a report of a run that somebody follows: then all that is printed must arrive, and the script waits while there
 * is no room for it, as it would behind a pipe. Absent: the newest bytes are enough.
 */
export interface Follow {
  /** Up to here the server has the output. */
  to: number
  /** How many bytes beyond that it takes now. */
  room: number
}

/** Ours, in the query of a `running` report: hold the answer for so long (ms) while there is no room. */
export const WAIT_PARAMETER = 'wait'
export const MOST_WAIT_MS = 4000

/** Less room than this is told as none. */
export const LEAST_ROOM_BYTES = 4096

/** Most bytes of one report. */
export const MOST_REPORT_BYTES = 512 * 1024

export function decodeFollow(value: unknown): Follow | undefined {
  if (!isRecord(value)) return undefined
  const {to, room} = value
  return isPosition(to) && isPosition(room) ? {to, room} : undefined
}

function isPosition(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}
