import type {Schedule} from '../../../schedule/schedule.ts'
import {offsetMs} from '../../../schedule/zone/zone.ts'

/**
 * What reports of a schedule say of the clock that it goes by: the moment, and for cron the zone with its offset in seconds.
 * Source: agent-protocol, 3.4.
 */
export function wallOf(schedule: Schedule, here: {nowMs: number; zone: string}): Record<string, string> {
  if (schedule.kind === 'at') return {}
  const currentTime = String(here.nowMs)
  if (schedule.kind === 'rate') return {currentTime}
  const timeZone = schedule.zone ?? here.zone
  return {currentTime, offset: String(offsetMs(timeZone, here.nowMs) / 1000), timeZone}
}
