import {neutralizeCiCommands, obeysOutput} from '../../view/form/ci-commands.ts'
import {hostLabels, hostPrefixes} from '../../view/run/host-labels.ts'
import {createLiveOutput, type LiveChunk} from '../../view/run/live-output.ts'
import type {OutputFlagValues} from '../flags/common.ts'
import {useColor} from './show.ts'
import {createStatusLine, type StatusLine} from './status-line.ts'
import {tell} from './tell.ts'

export interface LiveFlags extends OutputFlagValues {
  raw?: boolean | undefined
  group?: boolean | undefined
  prefix?: boolean | undefined
  'print-id'?: boolean | undefined
}

interface LiveTarget {
  instanceId: string
  name: string
}

/** Shows a run while it goes on: output on stdout, where it stands on stderr. */
export interface Live {
  started(invokeIds: readonly string[], targets: readonly LiveTarget[]): void
  output(instanceId: string, chunk: LiveChunk): void
  changed(results: ReadonlyArray<{instanceId: string; status: string}>): void
  /** A line for the person while it goes on. */
  say(text: string): void
  /** Ends the status line, so that other lines can follow. */
  end(): void
}

/** Output comes live unless a form of the result was asked for, such as --json, by flag or profile. */
export function isLive(flags: OutputFlagValues, ofProfile: string | undefined): boolean {
  if (flags.output !== undefined || flags.json || flags.query !== undefined || flags.columns !== undefined) return false
  return ofProfile === undefined || ofProfile === 'table' || ofProfile === 'text'
}

export function createLive(flags: LiveFlags, showsOutput: boolean): Live {
  const status = createStatusLine(flags.quiet === true)
  let show: ((instanceId: string, chunk: LiveChunk) => void) | undefined
  return {
    started: (invokeIds, targets) => {
      if (flags['print-id']) process.stderr.write(invokeIds.map((id) => `${id}\n`).join(''))
      if (showsOutput) show = createShow(flags, targets, status)
      status.start(targets.length)
    },
    output: (instanceId, chunk) => show?.(instanceId, chunk),
    changed: (results) => status.update(results.map((result) => result.status)),
    say: (text) => {
      status.interrupt()
      if (!flags.quiet) tell(text)
    },
    end: () => status.end(),
  }
}

function createShow(
  flags: LiveFlags,
  targets: readonly LiveTarget[],
  status: StatusLine,
): (instanceId: string, chunk: LiveChunk) => void {
  const disarm = obeysOutput(process.env) ? (text: string) => neutralizeCiCommands(text, process.env) : undefined
  const labels = hostLabels(targets.map(({instanceId, name}) => ({instanceId, name: disarm?.(name) ?? name})))
  const prefixes = hostPrefixes(labels, {color: useColor(flags, process.env, process.stdout)})
  const sinks = {
    out: (data: string | Uint8Array) => {
      status.clear()
      process.stdout.write(data)
    },
    err: (text: string) => {
      status.clear()
      process.stderr.write(text)
    },
  }
  return createLiveOutput(sinks, {
    arrangement: targets.length < 2 ? 'bytes' : flags.group ? 'group' : 'lines',
    terminal: process.stdout.isTTY && !flags.raw ? {colors: process.env['TERM'] !== 'dumb'} : undefined,
    disarm: flags.raw ? undefined : disarm,
    heading: (id) => labels.get(id) ?? id,
    prefix: (id) => (flags.prefix === false ? '' : (prefixes.get(id) ?? `${id} | `)),
  })
}
