import {escapeControls} from '../../core/quote.ts'
import {createLiveOutput, type LiveChunk} from '../../view/live-output.ts'
import {progressLine} from '../../view/run-progress.ts'
import type {OutputFlagValues} from '../flags/common.ts'

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
  changed(results: ReadonlyArray<{status: string}>): void
  /** Ends the status line, so that other lines can follow. */
  end(): void
}

/** Output comes live unless a form of the result was asked for, such as --json, by flag or profile. */
export function isLive(flags: OutputFlagValues, ofProfile: string | undefined): boolean {
  if (flags.output !== undefined || flags.json || flags.query !== undefined || flags.columns !== undefined) return false
  return ofProfile === undefined || ofProfile === 'table' || ofProfile === 'text'
}

const TICK_MS = 1000
const HEARTBEAT_MS = 60_000
const WIDEST_LABEL = 24

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
    end: () => status.end(),
  }
}

function createShow(
  flags: LiveFlags,
  targets: readonly LiveTarget[],
  status: StatusLine,
): (instanceId: string, chunk: LiveChunk) => void {
  const names = new Map(
    targets.map(({instanceId, name}) => [instanceId, escapeControls(name || instanceId, {keepLineBreaks: false})]),
  )
  const width = Math.min(WIDEST_LABEL, Math.max(0, ...[...names.values()].map((name) => name.length)))
  const hasPrefix = flags.prefix !== false
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
    escape: process.stdout.isTTY === true && !flags.raw,
    heading: (id) => names.get(id) ?? id,
    prefix: (id) => (hasPrefix ? `${(names.get(id) ?? id).padEnd(width)} | ` : ''),
  })
}

interface StatusLine {
  start(total: number): void
  update(statuses: readonly string[]): void
  /** Takes it off the terminal; it comes back with the next tick. */
  clear(): void
  end(): void
}

/** A line that renews itself on a terminal; elsewhere a line a minute, so that no CI takes the silence for a hang. */
function createStatusLine(isQuiet: boolean): StatusLine {
  const isTerminal = process.stderr.isTTY === true && process.env['TERM'] !== 'dumb'
  let timer: NodeJS.Timeout | undefined
  let statuses: readonly string[] = []
  let total = 0
  let isShown = false
  /** A single target's output may stop in the middle of a line, which a status line would overwrite. */
  let isMuted = false
  const beganAtMs = performance.now()
  const clear = (): void => {
    if (isShown) process.stderr.write('\r\x1b[K')
    isShown = false
  }
  const tick = (): void => {
    if (isMuted) return
    const line = progressLine(statuses, total, performance.now() - beganAtMs)
    if (!isTerminal) {
      process.stderr.write(`${line}\n`)
      return
    }
    process.stderr.write(`\r\x1b[K${line.slice(0, (process.stderr.columns || 80) - 1)}`)
    isShown = true
  }
  return {
    start: (count) => {
      total = count
      if (isQuiet || count === 0) return
      timer = setInterval(tick, isTerminal ? TICK_MS : HEARTBEAT_MS)
      timer.unref()
    },
    update: (now) => {
      statuses = now
    },
    clear: () => {
      clear()
      isMuted ||= isTerminal && total === 1
    },
    end: () => {
      clearInterval(timer)
      clear()
    },
  }
}
