import type {PlainTerm, Term} from '../schedule.ts'
import type {CronShape, DurationUnit, HourlyTimes, Phrases, RepeatedTimes, StepTerm} from './explain-shape.ts'
import {clockTime, isValues, spellOutSteps, stepValues, wholeUnits} from './explain-shape.ts'

/** Simplified Chinese: year, month, day, time, the wider always before the narrower. */
export const ZH: Phrases = {
  rate(everyMs) {
    const {count, unit} = wholeUnits(everyMs)
    return `每 ${count} ${UNITS[unit]}，创建 ${count} ${UNITS[unit]}后首次执行`
  },
  at: (date, time, zone) => `仅一次，${date} ${time}，${zone}`,
  cron(shape, zone) {
    const days = [dayPhrase(shape), timePhrase(shape)].filter((part) => part !== '').join(' ')
    return `${spaced(yearPhrase(shape) + days)}，${zone ?? '实例自身时区'}`
  },
}

const UNITS: Readonly<Record<DurationUnit, string>> = {day: '天', hour: '小时', minute: '分钟', second: '秒'}
const WEEKDAYS = ['周日', '周一', '周二', '周三', '周四', '周五', '周六', '周日']
const ORDINALS = ['', '一', '二', '三', '四', '五']

/** What a field repeats by, and what one of its values is called. */
interface Unit {
  readonly name: string
  readonly mark: string
}
const MINUTE: Unit = {name: '分钟', mark: '分'}
const SECOND: Unit = {name: '秒', mark: '秒'}

function timePhrase({time}: CronShape): string {
  if (time.kind === 'fixed') return list(time.times)
  return time.kind === 'hourly' ? hourlyPhrase(time) : repeatedPhrase(time)
}

function hourlyPhrase({hours, minute, second}: HourlyTimes): string {
  const clock = (hour: number) => (second === 0 ? clockTime(hour, minute) : clockTime(hour, minute, second))
  const isOnTheHour = minute === 0 && second === 0
  return list(
    hours.map((term) => {
      if (term.kind === 'value') return clock(term.value)
      if (term.kind === 'all')
        return isOnTheHour ? '每小时整点' : `每小时第 ${minute} 分${second === 0 ? '' : ` ${second} 秒`}`
      if (term.kind === 'range') return `${clock(term.from)} 至 ${clock(term.to)} 每小时`
      const isPlain = term.from === 0 && isOnTheHour
      return `${term.open ? (isPlain ? '' : `从 ${clock(term.from)} 起`) : `${clock(term.from)} 至 ${clock(term.to)} `}每 ${term.step} 小时`
    }),
  )
}

function repeatedPhrase({seconds, minutes, hours}: RepeatedTimes): string {
  const window = hours ? hourWindow(hours) : ''
  if (!seconds) return window + unitPhrase(minutes, MINUTE)
  if (isValues(seconds)) return `${window}${unitPhrase(minutes, MINUTE)}的${unitPhrase(seconds, SECOND)}`
  const isEveryMinute = minutes.some((term) => term.kind === 'all')
  return window + (isEveryMinute ? '' : `第 ${numbers(minutes)} 分内`) + unitPhrase(seconds, SECOND)
}

/** The stretches of the day in which minutes repeat: hours 10-11 are 10:00 to 11:59. */
function hourWindow(hours: readonly PlainTerm[]): string {
  if (hours.some((term) => term.kind === 'step')) return `${numbers(hours)} 点内`
  return list(
    hours.map((term) =>
      term.kind === 'range' ? span(term.from, term.to) : term.kind === 'value' ? span(term.value, term.value) : '全天',
    ),
  )
}

function span(fromHour: number, toHour: number): string {
  return `${clockTime(fromHour, 0)} 至 ${clockTime(toHour, 59)}`
}

/** `每 20 分钟`, `第 0、30 分`, `第 5 至 10 分每分钟` */
function unitPhrase(terms: readonly PlainTerm[], {name, mark}: Unit): string {
  if (terms.some((term) => term.kind === 'all')) return `每${name}`
  const values = terms.filter((term) => term.kind === 'value')
  const rest = terms.flatMap((term) => {
    if (term.kind === 'range') return [`第 ${term.from} 至 ${term.to} ${mark}每${name}`]
    return term.kind === 'step' ? [steps(term, mark, name, term.from === 0)] : []
  })
  return list([...(values.length > 0 ? [`第 ${numbers(values)} ${mark}`] : []), ...rest])
}

/** `0、20、40 至 45` */
function numbers(terms: readonly PlainTerm[]): string {
  const items = spellOutSteps(terms).flatMap((term) => {
    if (term.kind === 'value') return [String(term.value)]
    return term.kind === 'range' ? [`${term.from} 至 ${term.to}`] : []
  })
  return items.join('、')
}

/** `从第 5 分起每 20 分钟`; the start is left out where it is the natural one. */
function steps(term: StepTerm, mark: string, name: string, isNatural: boolean): string {
  if (!term.open) return `第 ${term.from} 至 ${term.to} ${mark}每 ${term.step} ${name}`
  return `${isNatural ? '' : `从第 ${term.from} ${mark}起`}每 ${term.step} ${name}`
}

/** Both day fields restricted means either; `以及` says so. */
function dayPhrase({time, days, weekdays, months}: CronShape): string {
  const month = months && monthPhrase(months)
  const phrases = [...(days ? [datePhrase(days, month)] : []), ...(weekdays ? [weekdayPhrase(weekdays, month)] : [])]
  if (phrases.length > 0) return phrases.join('，以及')
  return `${month ?? ''}${time.kind === 'fixed' ? '每天' : ''}`
}

function datePhrase(terms: readonly Term[], month: string | undefined): string {
  return `${month ? `${month}的` : '每月'}${list(terms.map(dateTerm))}`
}

function dateTerm(term: Term): string {
  if (term.kind === 'value') return `${term.value} 日`
  if (term.kind === 'range') return `${term.from} 至 ${term.to} 日`
  if (term.kind === 'step')
    return `${term.open ? `从 ${term.from} 日起` : `${term.from} 至 ${term.to} 日`}每 ${term.step} 天`
  if (term.kind === 'lastDay') return '最后一天'
  if (term.kind === 'lastWeekday') return '最后一个工作日（周一至周五）'
  return term.kind === 'nearestWeekday' ? `离 ${term.day} 日最近的工作日（周一至周五）` : '每天'
}

function weekdayPhrase(terms: readonly Term[], month: string | undefined): string {
  const plain = list(terms.flatMap(plainWeekdays))
  const special = list(terms.flatMap(specialWeekdays))
  const parts = [
    ...(plain ? [`${month ? `${month}的` : ''}每${plain}`] : []),
    ...(special ? [`${month ? `${month}的` : '每月'}${special}`] : []),
  ]
  return list(parts)
}

function plainWeekdays(term: Term): string[] {
  if (term.kind === 'value') return [`${WEEKDAYS[term.value]}`]
  if (term.kind === 'range') return [`${WEEKDAYS[term.from]}至${WEEKDAYS[term.to]}`]
  return term.kind === 'step' ? stepValues(term).map((day) => `${WEEKDAYS[day]}`) : []
}

function specialWeekdays(term: Term): string[] {
  if (term.kind === 'lastOf') return [`最后一个${WEEKDAYS[term.weekday]}`]
  return term.kind === 'nthOf' ? [`第${ORDINALS[term.ordinal]}个${WEEKDAYS[term.weekday]}`] : []
}

function monthPhrase(terms: readonly PlainTerm[]): string {
  return `${numbers(terms)} 月`
}

function yearPhrase({years}: CronShape): string {
  if (!years) return ''
  const isStepped = years.some((term) => term.kind === 'step')
  if (!isStepped) return `${numbers(years)} 年`
  const items = years.map((term) => {
    if (term.kind === 'step')
      return `${term.open ? `从 ${term.from} 年起` : `${term.from} 至 ${term.to} 年`}每 ${term.step} 年`
    return `${numbers([term])} 年`
  })
  return `${list(items)}，`
}

/** A blank between Chinese characters and digits, as is usual in technical text. */
function spaced(text: string): string {
  return text.replace(/([\u4e00-\u9fff])(?=\d)|(\d)(?=[\u4e00-\u9fff])/g, '$1$2 ')
}

/** `a`, `a和b`, `a、b和c` */
function list(items: readonly string[]): string {
  const last = items.at(-1) ?? ''
  return items.length > 1 ? `${items.slice(0, -1).join('、')}和${last}` : last
}
