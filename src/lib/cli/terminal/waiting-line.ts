import {truncate} from '../../view/form/width.ts'
import {elapsedText} from '../../view/run/run-progress.ts'
import {errorScreen} from './standard-output.ts'

const FIRST_MS = 900
const TICK_MS = 1000

/** Says on a terminal, from the first second on, what is being waited for. */
export interface WaitingLine {
  /** `what` is asked anew each second. */
  during<Result>(what: () => string, work: () => Promise<Result>): Promise<Result>
  /** Takes it off the terminal, before another line is written. */
  clear(): void
}

export function createWaitingLine(isQuiet: boolean): WaitingLine {
  const isOn = errorScreen().isTTY === true && process.env['TERM'] !== 'dumb' && !isQuiet
  let isShown = false
  let waiting = 0
  const clear = (): void => {
    if (isShown) process.stderr.write('\r\x1b[K')
    isShown = false
  }
  return {
    clear,
    during: async (what, work) => {
      // Only the outermost of calls side by side shows itself.
      if (!isOn || waiting > 0) return work()
      waiting++
      const beganAtMs = performance.now()
      let timer: NodeJS.Timeout
      const tick = (): void => {
        const text = `${what()}, ${elapsedText(performance.now() - beganAtMs)}`
        process.stderr.write(`\r\x1b[K${truncate(text, (process.stderr.columns || 80) - 1)}`)
        isShown = true
        timer = setTimeout(tick, TICK_MS).unref()
      }
      timer = setTimeout(tick, FIRST_MS).unref()
      try {
        return await work()
      } finally {
        clearTimeout(timer)
        clear()
        waiting--
      }
    },
  }
}
