import {quote} from '../../core/quote.ts'
import {ScheduleError} from '../error.ts'
import type {CronFieldName, CronSchedule, Term} from '../schedule.ts'
import type {Token} from '../text.ts'
import {placeOf, splitParts} from '../text.ts'
import {parseZone} from '../zone/zone.ts'
import {expandTerms} from './cron-expand.ts'
import {CRON_FIELDS} from './cron-fields.ts'
import type {Reading} from './cron-term.ts'
import {parseTerms} from './cron-term.ts'

/** Reads a cron expression of 6 to 8 parts. Throws `ScheduleError`; says nothing about gaps or the past. */
export function parseCron(text: string, reading: Reading): CronSchedule {
  const parts = cronParts(text)
  const terms = Object.fromEntries(
    CRON_FIELDS.map((field) => {
      const part = parts.fields.get(field.name)
      return [field.name, part ? parseTerms(part, field, reading) : [{kind: 'all'}]]
    }),
  ) as Record<CronFieldName, Term[]> // CRON_FIELDS holds every name once
  const zone = parts.zone && parseZone(parts.zone.text, {position: parts.zone.position, lenient: reading === 'lenient'})
  return {kind: 'cron', text, zone, terms, values: expandTerms(terms)}
}

export interface CronParts {
  readonly fields: ReadonlyMap<CronFieldName, Token>
  readonly zone: Token | undefined
}

/**
 * Says which part is which field. Of seven parts the last is a year when it looks like one, else a zone, by the rule of openapi.md 4.3.
 * Throws for any other number of parts.
 */
export function cronParts(text: string): CronParts {
  const parts = splitParts(text)
  if (parts.length < 6 || parts.length > 8) throw wrongCount(text, parts)
  const last = parts.at(-1)
  const hasZone = parts.length === 8 || (parts.length === 7 && last !== undefined && !looksLikeYear(last.text))
  const fieldParts = hasZone ? parts.slice(0, -1) : parts
  const fields = new Map(
    CRON_FIELDS.flatMap((field, index) => (fieldParts[index] ? [[field.name, fieldParts[index]] as const] : [])),
  )
  return {fields, zone: hasZone ? last : undefined}
}

/** No zone starts with a digit, `*` or `?`, so a mistyped year is told as a year. */
function looksLikeYear(text: string): boolean {
  return /^[\d*?]/.test(text)
}

function wrongCount(text: string, parts: readonly Token[]): ScheduleError {
  const wanted =
    'cron must have 6 parts (second minute hour day-of-month month day-of-week), 7 (year or time zone last) or 8 (both)'
  const surplus = parts[8]
  const place = surplus
    ? {position: surplus.position, length: text.trimEnd().length - surplus.position}
    : placeOf({text: text.trim(), position: 0})
  return new ScheduleError(
    'InvalidCronExpression',
    `${wanted}; given: ${quote(text)}, ${parts.length} ${parts.length === 1 ? 'part' : 'parts'}${mendCount(parts)}`,
    place,
  )
}

function mendCount(parts: readonly Token[]): string {
  const first = parts[0]?.text ?? ''
  if (first.startsWith('@'))
    return `; shorthands such as ${quote(first)} are not known here, write 0 0 0 * * ? for every day`
  if (parts.length === 5) return `; put the second in front: ${quote(`0 ${parts.map((part) => part.text).join(' ')}`)}`
  return parts.length === 0 ? '; write 0 0 8 * * ? for every day at 8, rate(5m) or at(2030-01-31 08:00:00)' : ''
}
