import type {Place, ScheduleErrorReason} from './error.ts'
import {ScheduleError} from './error.ts'

/** A piece of an expression that knows where it stood. */
export interface Token {
  readonly text: string
  readonly position: number
}

/** Longest expression a person may write. No useful one is near it, and everything after this check may be quadratic. */
export const MAX_TEXT_LENGTH = 256

/** What agents read from a server; official ones have no limit at all. */
export const MAX_WIRE_TEXT_LENGTH = 1024

/** Throws when `text` is longer than `limit`, before anything looks into it. */
export function refuseTooLong(text: string, limit: number, reason: ScheduleErrorReason): void {
  if (text.length <= limit) return
  const message = `a schedule must be at most ${limit} characters; given: ${text.length} characters`
  throw new ScheduleError(reason, message, {position: limit, length: text.length - limit})
}

/** The blank-separated parts. */
export function splitParts(text: string): Token[] {
  return [...text.matchAll(/\S+/g)].map((match) => ({text: match[0], position: match.index}))
}

/** Splits at every separator and keeps the positions; an empty piece stays, at the place where something is missing. */
export function splitToken(token: Token, separator: string): Token[] {
  let position = token.position
  return token.text.split(separator).map((text) => {
    const piece = {text, position}
    position += text.length + separator.length
    return piece
  })
}

/** The characters to mark: at least one, also for a missing piece. */
export function placeOf(token: Token): Place {
  return {position: token.position, length: Math.max(1, token.text.length)}
}
