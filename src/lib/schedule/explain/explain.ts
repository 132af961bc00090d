import type {Schedule} from '../schedule.ts'
import {wallTimeOf} from '../zone/zone.ts'
import {EN} from './explain-en.ts'
import type {Phrases} from './explain-shape.ts'
import {shapeOf} from './explain-shape.ts'
import {ZH} from './explain-zh.ts'

const PHRASES: Readonly<Record<'en' | 'zh', Phrases>> = {en: EN, zh: ZH}

/** A schedule in words: `every day at 21:30:00, Asia/Shanghai`, `每天 21:30:00，Asia/Shanghai`. Never throws for a parsed schedule. */
export function explainSchedule(schedule: Schedule, language: 'en' | 'zh'): string {
  const phrases = PHRASES[language]
  if (schedule.kind === 'rate') return phrases.rate(schedule.everyMs)
  if (schedule.kind === 'cron') return phrases.cron(shapeOf(schedule), schedule.zone)
  const [date = '', time = ''] = new Date(wallTimeOf(schedule.zone, schedule.atMs))
    .toISOString()
    .slice(0, 19)
    .split('T')
  return phrases.at(date, time, schedule.zone)
}
