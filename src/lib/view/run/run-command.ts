import type {InstanceResult, RunResult} from '../../actions/run/run-result.ts'
import {counted} from '../../core/count.ts'
import {escapeControls} from '../../core/quote.ts'
import type {Block, Column, View} from '../form/render.ts'
import {statusCell, timeCell} from '../form/tones.ts'
import {errorText} from './error-text.ts'

const RESULT_COLUMNS = [
  {key: 'instanceId', label: 'Instance'},
  {key: 'instanceName', label: 'Name'},
  {key: 'status', label: 'Status'},
  {key: 'exitCode', label: 'Exit'},
  {key: 'startTime', label: 'Started'},
  {key: 'finishTime', label: 'Finished'},
  {key: 'dropped', label: 'Dropped'},
  {key: 'error', label: 'Error'},
  {key: 'output', label: 'Output'},
  {key: 'invokeId', label: 'Invocation'},
] as const

/** One row per target, or per round of it; a single one stands upright. */
export function resultsView(results: readonly InstanceResult[]): View {
  return {
    columns: RESULT_COLUMNS,
    rows: results.map((result) => [
      result.instanceId,
      result.instanceName,
      statusCell(result.status),
      result.exitCode ?? undefined,
      timeCell(result.startTime),
      timeCell(result.finishTime),
      result.dropped,
      errorText(result),
      result.output,
      result.invokeId,
    ]),
    empty: 'No results.',
    blocks: results.map(resultBlock),
  }
}

/** `== web-1 (i-1)  Failed  exit code 3  5m ago`, and what it printed. */
function resultBlock(result: InstanceResult): Block {
  const {exitCode, dropped} = result
  const error = errorText(result)
  return {
    head: [
      labelOf(result),
      statusCell(result.status),
      exitCode === null || exitCode === 0 ? '' : `exit code ${exitCode}`,
      timeCell(result.startTime),
      result.invokeId,
    ],
    notes: [
      ...(error === '' ? [] : [error]),
      ...(dropped === 0 ? [] : [`${counted(dropped, 'byte')} before this ${dropped === 1 ? 'is' : 'are'} gone`]),
    ],
    text: result.output,
  }
}

/** The columns that a run will have, to be checked before it is sent. */
export function runColumns(
  {wait, schedule}: {wait: boolean; schedule?: {frequency: string} | undefined},
  printsId: boolean | undefined,
): readonly Column[] {
  if (wait) return resultsView([]).columns
  const nothing = {invokeId: '', invokeIds: [], commandId: '', status: '', frequency: schedule?.frequency, results: []}
  return printsId ? invokeIdsView(nothing).columns : submittedView(nothing).columns
}

/** Ids and nothing else, for a script to pick up. */
export function invokeIdsView({invokeIds}: RunResult): View {
  return {columns: [{key: 'invokeId', label: 'Invocation'}], rows: invokeIds.map((id) => [id])}
}

/** What was accepted, for runs that nobody waits for. */
export function submittedView({invokeId, invokeIds, commandId, frequency, nextRuns, results}: RunResult): View {
  if (frequency === undefined) {
    return {
      columns: [
        {key: 'invokeId', label: 'Invocation'},
        {key: 'commandId', label: 'Command'},
        {key: 'targets', label: 'Targets'},
      ],
      rows: invokeIds.map((id) => [id, commandId, results.filter((result) => result.invokeId === id).length]),
      vertical: invokeIds.length === 1,
    }
  }
  return {
    columns: [
      {key: 'invokeId', label: 'Invocation'},
      {key: 'commandId', label: 'Command'},
      {key: 'targets', label: 'Targets'},
      {key: 'frequency', label: 'Schedule'},
      {key: 'nextRuns', label: 'Next runs'},
    ],
    rows: [[invokeIds.join(', ') || invokeId, commandId, results.length, frequency, nextRuns?.join(', ')]],
    vertical: true,
  }
}

const MOST_LINES = 50

/** What a person must know besides the output: each target that did not succeed, and of several how many did. */
export function summaryLines(results: readonly InstanceResult[], repeatMode?: string): string[] {
  const bad = results.filter(({status}) => status !== 'Success')
  const lines = bad.slice(0, MOST_LINES).map((result) => `${labelOf(result)}: ${outcomeText(result)}`)
  if (bad.length > MOST_LINES) lines.push(`and ${bad.length - MOST_LINES} more`)
  const noted = results.filter((result) => result.status === 'Success' && errorText(result) !== '')
  lines.push(...noted.slice(0, MOST_LINES).map((result) => `${labelOf(result)}: ${errorText(result)}`))
  const good = results.length - bad.length
  if (repeatMode === 'DryRun') {
    // It looks like a script that has run and printed nothing.
    if (good > 0) lines.push(`dry run: ${good} of ${results.length} would take it; nothing was run`)
  } else if (results.length > 1) lines.push(`${good} of ${results.length} succeeded`)
  return lines
}

function labelOf({instanceId, instanceName}: InstanceResult): string {
  return instanceName === '' ? instanceId : `${escapeControls(instanceName, {keepLineBreaks: false})} (${instanceId})`
}

function outcomeText(result: InstanceResult): string {
  if (result.status === 'Failed' && result.exitCode !== null) return `exit code ${result.exitCode}`
  const error = errorText(result)
  return error === '' ? result.status : `${result.status}: ${error}`
}
