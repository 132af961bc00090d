import {quote} from '../../core/quote.ts'
import type {ScheduleErrorReason} from '../error.ts'
import {ScheduleError} from '../error.ts'
import {fixedOffsetMs, formatOf, zoneOffsetMs} from './zone-offset.ts'

/** Whether we can compute with it: any IANA name the runtime has (also `PRC` or `Japan`, which systems use), `GMT±H:mm`, `UTC`, `GMT`. */
export function isZone(zone: string): boolean {
  return fixedOffsetMs(zone) !== undefined || formatOf(zone) !== undefined
}

const KNOWN_FORMS = 'write a name such as Asia/Shanghai, GMT+8:00 or UTC'

/**
 * A zone as expressions write it (openapi.md 4.3): an IANA name with a `/`, `GMT±H:mm` from -12:59 to +14:59 without a leading zero, or `UTC`.
 * `lenient` reads what agents do: `GMT` too, and 14 hours either way. Throws `ScheduleError`, counting from `position`.
 */
export function parseZone(text: string, options: {position?: number; lenient?: boolean} = {}): string {
  const base = options.position ?? 0
  const fail = (reason: ScheduleErrorReason, what: string, mend = KNOWN_FORMS, start = 0, length = text.length) => {
    const message = `time zone ${what}; given: ${quote(text)} at position ${base + 1}; ${mend}`
    return new ScheduleError(reason, message, {position: base + start, length: Math.max(1, length)})
  }
  if (text === 'UTC' || (text === 'GMT' && options.lenient)) return text
  if (text.includes('/')) {
    const format = formatOf(text)
    if (!format) throw fail('TimezoneInformationCorrupt', 'is unknown')
    const name = format.resolvedOptions().timeZone
    // Instances look names up as file names, so the case matters there.
    const isMiscased = name !== text && name.toLowerCase() === text.toLowerCase()
    if (isMiscased) throw fail('TimezoneInformationCorrupt', 'is unknown in this spelling', `write ${name}`)
    return text
  }
  if (!/[+-]/.test(text))
    throw fail('TimezoneInformationCorrupt', 'is unknown', text === 'GMT' ? 'write UTC' : KNOWN_FORMS)

  const [, sign = '', hours = '', minutes = ''] = /^GMT([+-])(\d+):(\d+)$/.exec(text) ?? []
  if (!sign) throw fail('InvalidGMTOffsetForTimezone', 'must have the form GMT+8:00')
  const minutesStart = 5 + hours.length
  if (/^0\d/.test(hours)) {
    const mended = `GMT${sign}${hours.replace(/^0+(?=\d)/, '')}:${minutes}`
    throw fail(
      'InvalidGMTOffsetHourForTimezone',
      'must have no leading zero in its hour',
      `write ${mended}`,
      4,
      hours.length,
    )
  }
  if (minutes.length !== 2 || Number(minutes) > 59) {
    throw fail(
      'InvalidGMTOffsetMinuteForTimezone',
      'must have minutes of 00-59',
      KNOWN_FORMS,
      minutesStart,
      minutes.length,
    )
  }
  if (Number(hours) > (sign === '-' && !options.lenient ? 12 : 14)) {
    throw fail('InvalidGMTOffsetHourForTimezone', 'must be GMT-12:59 to GMT+14:59', KNOWN_FORMS, 4, hours.length)
  }
  return text
}

/** How far the zone is ahead of UTC at that instant, in milliseconds. Throws `ScheduleError` for a zone that `isZone` denies. */
export function offsetMs(zone: string, instantMs: number): number {
  const offset = zoneOffsetMs(zone, instantMs)
  if (offset !== undefined) return offset
  const message = `time zone is unknown; given: ${quote(zone)}; ${KNOWN_FORMS}`
  throw new ScheduleError('TimezoneInformationCorrupt', message, {position: 0, length: Math.max(1, zone.length)})
}

/** What clocks in the zone show: the milliseconds `Date.UTC` would give for those digits. */
export function wallTimeOf(zone: string, instantMs: number): number {
  return instantMs + offsetMs(zone, instantMs)
}

/** From `atMs` on, `afterMs` holds instead of `beforeMs` (both offsets ahead of UTC). */
export interface OffsetChange {
  readonly atMs: number
  readonly beforeMs: number
  readonly afterMs: number
}

const HOUR_MS = 3_600_000
/** No zone has ever changed twice in a shorter time. */
const PROBE_MS = 12 * HOUR_MS

/** The offset changes in (fromMs, toMs], in order. */
export function offsetChanges(zone: string, fromMs: number, toMs: number): OffsetChange[] {
  if (fixedOffsetMs(zone) !== undefined) return []
  const changes: OffsetChange[] = []
  let left = Math.floor(fromMs / 1000) * 1000
  let beforeMs = offsetMs(zone, left)
  while (left < toMs) {
    const right = Math.min(left + PROBE_MS, Math.floor(toMs / 1000) * 1000)
    if (right <= left) break
    const afterMs = offsetMs(zone, right)
    if (afterMs !== beforeMs) changes.push({atMs: findChange(zone, left, right, beforeMs), beforeMs, afterMs})
    left = right
    beforeMs = afterMs
  }
  return changes
}

/** The first whole second in (left, right] whose offset is another one. */
function findChange(zone: string, left: number, right: number, beforeMs: number): number {
  let before = left / 1000
  let after = right / 1000
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (offsetMs(zone, middle * 1000) === beforeMs) before = middle
    else after = middle
  }
  return after * 1000
}

/** Offsets stay within ±16 h (Manila was at -15:56). */
const FARTHEST_OFFSET_MS = 16 * HOUR_MS

/**
 * The first instant at which clocks in the zone show that wall time or a later one: its first pass when the time comes twice,
 * and the end of the gap, with `exists` false, when it is skipped. Never goes back as the wall time goes on.
 */
export function instantOf(zone: string, wallMs: number): {ms: number; exists: boolean} {
  let start = wallMs - FARTHEST_OFFSET_MS
  let offset = offsetMs(zone, start)
  for (const change of offsetChanges(zone, start, wallMs + FARTHEST_OFFSET_MS)) {
    const ms = Math.max(start, wallMs - offset)
    if (ms < change.atMs) return {ms, exists: ms + offset === wallMs}
    start = change.atMs
    offset = change.afterMs
  }
  const ms = Math.max(start, wallMs - offset)
  return {ms, exists: ms + offset === wallMs}
}
