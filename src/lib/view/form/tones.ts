import type {Cell, Tone} from './render.ts'

const TONES: Readonly<Record<string, Tone>> = {
  Success: 'good',
  Running: 'busy',
  Pending: 'busy',
  Stopping: 'busy',
  Starting: 'busy',
  Scheduled: 'dim',
  Cancelled: 'dim',
  Stopped: 'dim',
  Terminated: 'dim',
}

/** A status of a task, a run or an instance. */
export function statusCell(status: string): Cell {
  return {text: status, tone: TONES[status] ?? (status === '' ? 'dim' : 'bad')}
}

export function yesNoCell(isYes: boolean, words: readonly [yes: string, no: string] = ['yes', 'no']): Cell {
  return isYes ? {text: words[0], tone: 'good'} : {text: words[1], tone: 'dim'}
}

export function tagsCell(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')
}

/** An ISO 8601 time; '' for one that has not come. */
export function timeCell(iso: string): Cell {
  return iso === '' ? '' : {text: iso, isTime: true}
}
