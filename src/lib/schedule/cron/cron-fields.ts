import type {CronFieldName} from '../schedule.ts'

export interface CronField {
  readonly name: CronFieldName
  /** 1-based place in the expression, as people count. */
  readonly number: number
  readonly label: string
  readonly min: number
  readonly max: number
  /** What values may be, in words for messages. */
  readonly allowed: string
  /** Most digits a value may have; two allow one leading zero. */
  readonly digits: number
  /** Lower-case names, short and full. */
  readonly names: ReadonlyMap<string, number>
}

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const NO_NAMES: ReadonlyMap<string, number> = new Map()

/**
 * The seven parts in their order (openapi.md 4.3). Neither Quartz (1 = Sunday) nor Unix cron (five parts).
 * Years reach back to 1970 as the agent reads them; that one is over is said by `validateSchedule`, not by the grammar.
 */
export const CRON_FIELDS: readonly CronField[] = [
  {name: 'second', number: 1, label: 'second', min: 0, max: 59, allowed: '0-59', digits: 2, names: NO_NAMES},
  {name: 'minute', number: 2, label: 'minute', min: 0, max: 59, allowed: '0-59', digits: 2, names: NO_NAMES},
  {name: 'hour', number: 3, label: 'hour', min: 0, max: 23, allowed: '0-23', digits: 2, names: NO_NAMES},
  {
    name: 'dayOfMonth',
    number: 4,
    label: 'day of month',
    min: 1,
    max: 31,
    allowed: '1-31, L, LW or 15W',
    digits: 2,
    names: NO_NAMES,
  },
  {
    name: 'month',
    number: 5,
    label: 'month',
    min: 1,
    max: 12,
    allowed: '1-12 or JAN-DEC',
    digits: 2,
    names: namesOf(MONTHS),
  },
  {
    name: 'dayOfWeek',
    number: 6,
    label: 'day of week',
    min: 1,
    max: 7,
    allowed: '1-7 (1 = Monday, 7 = Sunday), MON-SUN, 6L or 4#2',
    digits: 2,
    names: namesOf(WEEKDAYS),
  },
  {name: 'year', number: 7, label: 'year', min: 1970, max: 2099, allowed: '1970-2099', digits: 4, names: NO_NAMES},
]

function namesOf(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.flatMap((name, index) => [[name, index + 1] as const, [name.slice(0, 3), index + 1] as const]))
}
