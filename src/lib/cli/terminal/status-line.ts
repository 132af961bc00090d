import {truncate} from '../../view/form/width.ts'
import {progressLine} from '../../view/run/run-progress.ts'
import {errorScreen, writeErr} from './standard-output.ts'

export interface StatusLine {
  start(total: number): void
  update(statuses: readonly string[]): void
  /** Takes it off the terminal; it comes back with the next tick. */
  clear(): void
  /** Takes it off for a line of ours, which ends where it ends. */
  interrupt(): void
  end(): void
}

const TICK_MS = 1000
const HEARTBEAT_MS = 60_000

/** A line that renews itself on a terminal; elsewhere a line a minute, so that no CI takes the silence for a hang. */
export function createStatusLine(isQuiet: boolean): StatusLine {
  const isTerminal = errorScreen().isTTY === true && process.env['TERM'] !== 'dumb'
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
      writeErr(`${line}\n`)
      return
    }
    process.stderr.write(`\r\x1b[K${truncate(line, (process.stderr.columns || 80) - 1)}`)
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
    interrupt: clear,
    end: () => {
      clearInterval(timer)
      clear()
    },
  }
}
