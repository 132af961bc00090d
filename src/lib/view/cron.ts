import type {ExplainedSchedule} from '../actions/explain-cron.ts'
import type {View} from './form/render.ts'

/** The next runs; what the schedule means is said above them, on stderr for pipes. */
export function cronView({nextRuns}: ExplainedSchedule): View {
  return {
    columns: [
      {key: 'utc', label: 'UTC'},
      {key: 'local', label: 'There'},
    ],
    rows: nextRuns.map(({utc, local}) => [utc, local]),
    empty: 'It does not run any more.',
  }
}

/** Lines for a person: the meaning, and whose clock counts. */
export function cronNotes({explanation, zone, zoneGiven, kind}: ExplainedSchedule): string[] {
  if (kind !== 'cron' || zoneGiven) return [explanation]
  return [explanation, `No zone is given, so each instance goes by its own; shown for ${zone} (--zone changes that).`]
}
