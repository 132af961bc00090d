import {describe, expect, it} from 'vitest'
import {nextRun, nextRuns} from '../../../src/lib/schedule/next.ts'
import {matchesWallClock} from './brute-force.ts'
import {parseCronText, utc, wallClockOf} from './support.ts'

const CHANGES = [
  {name: 'New York, skipped hour', zone: 'America/New_York', at: '2024-03-10T07:00:00Z'},
  {name: 'New York, repeated hour', zone: 'America/New_York', at: '2024-11-03T06:00:00Z'},
  {name: 'Berlin, skipped hour', zone: 'Europe/Berlin', at: '2024-03-31T01:00:00Z'},
  {name: 'Berlin, repeated hour', zone: 'Europe/Berlin', at: '2024-10-27T01:00:00Z'},
  {name: 'Lord Howe, skipped half hour', zone: 'Australia/Lord_Howe', at: '2024-10-05T15:30:00Z'},
  {name: 'Lord Howe, repeated half hour', zone: 'Australia/Lord_Howe', at: '2024-04-06T15:00:00Z'},
  {name: 'Apia, lost day', zone: 'Pacific/Apia', at: '2011-12-30T10:00:00Z'},
  {name: 'Santiago, skipped midnight', zone: 'America/Santiago', at: '2024-09-08T04:00:00Z'},
  {name: 'Havana, repeated midnight', zone: 'America/Havana', at: '2024-11-03T05:00:00Z'},
]

/** Every form, at minutes so that scanning minute by minute finds all; `both`: also in a second pass, `skips`: nothing for skipped times. */
const FORMS = [
  {text: '0 30 2 * * *', both: false, skips: false},
  {text: '0 30 1 * * *', both: false, skips: false},
  {text: '0 0 0 * * *', both: false, skips: false},
  {text: '0 0,15,45 0-3 * * ?', both: false, skips: false},
  {text: '0 5 1,2 ? * 7,6', both: false, skips: false},
  {text: '0 45 1 LW,L,30,10W * ?', both: false, skips: false},
  {text: '0 15 2 ? * 7L,7#1,7#2', both: false, skips: false},
  {text: '0 0 12 30 12 1 2011/13', both: false, skips: false},
  {text: '0 */20 1-2 * * ?', both: true, skips: false},
  {text: '0 * 2 * * ?', both: true, skips: false},
  {text: '0 7 * * * ?', both: true, skips: true},
  {text: '0 */10 * * * ?', both: true, skips: true},
  {text: '0 30 */2 * * ?', both: true, skips: true},
  {text: '0 0 1-23/3 ? 3-12 *', both: true, skips: true},
]

const MINUTE_MS = 60_000
const AROUND_MS = 2 * 86_400_000

interface Showing {
  readonly instantMs: number
  readonly wallMs: number
}

/** What clocks show, minute by minute. */
function showings(zone: string, fromMs: number, toMs: number): Showing[] {
  const wallClock = wallClockOf(zone)
  return Array.from({length: (toMs - fromMs) / MINUTE_MS}, (_, minute) => {
    const instantMs = fromMs + minute * MINUTE_MS
    return {instantMs, wallMs: wallClock(instantMs)}
  })
}

/** The rule by the letter, with another reading of expression and clock than the code under test has. */
function scan(form: (typeof FORMS)[number], shown: readonly Showing[]): number[] {
  const runs = new Set<number>()
  let latestMs = (shown[0]?.wallMs ?? 0) - MINUTE_MS
  for (const {instantMs, wallMs} of shown) {
    const matches = matchesWallClock(form.text, wallMs)
    if (matches && (wallMs > latestMs || form.both)) runs.add(instantMs)
    for (let skippedMs = latestMs + MINUTE_MS; skippedMs < wallMs && !form.skips; skippedMs += MINUTE_MS) {
      if (matchesWallClock(form.text, skippedMs)) runs.add(instantMs)
    }
    latestMs = Math.max(latestMs, wallMs)
  }
  return [...runs]
}

describe.each(CHANGES)('nextRun around $name (F34)', ({zone, at}) => {
  const fromMs = Date.parse(at) - AROUND_MS
  const toMs = Date.parse(at) + AROUND_MS
  const shown = showings(zone, fromMs, toMs)

  it.each(FORMS)('$text runs exactly when the rule says', (form) => {
    const runs = nextRuns(parseCronText(form.text), {afterMs: fromMs - 1, originMs: 0, zone}, 600)
    expect(runs.filter((run) => run < toMs).map(utc)).toEqual(scan(form, shown).map(utc))
  })

  it.each(FORMS)('$text goes strictly forward, wherever it is asked from', ({text}) => {
    const cron = parseCronText(text)
    let lastMs = -Infinity
    for (let afterMs = fromMs; afterMs < toMs; afterMs += 31 * MINUTE_MS + 13) {
      const run = nextRun(cron, {afterMs, originMs: 0, zone}) ?? Infinity
      expect(run > afterMs && run >= lastMs, `after ${utc(afterMs)}`).toBe(true)
      lastMs = run
    }
  })
})
