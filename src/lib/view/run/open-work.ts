import type {OpenWork} from '../../actions/run/open-work.ts'
import {escapeControls} from '../../core/quote.ts'

const SHOWN = 5

/** What a person must know before the plane goes down. */
export function openWorkLines({runs, schedules}: OpenWork): string[] {
  return [
    ...some(runs, (run) => `${run.invokeId}${named(run.commandName)} is ${run.status.toLowerCase()}`),
    ...some(
      schedules,
      ({invokeId, commandName, frequency, nextRun}) =>
        `${invokeId}${named(commandName)} runs ${frequency}${nextRun ? `, next at ${nextRun}` : ''}`,
    ),
  ]
}

function named(name: string): string {
  return name === '' ? '' : ` (${escapeControls(name, {keepLineBreaks: false})})`
}

function some<Item>(items: readonly Item[], line: (item: Item) => string): string[] {
  const more = items.length - SHOWN
  return [...items.slice(0, SHOWN).map(line), ...(more > 0 ? [`and ${more} more`] : [])]
}
