import {constants} from 'node:os'

const STOPPING = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** Aborts when this process is told to stop, for programs that run on; the second time ends it at once. */
export function untilSignal(): {signal: AbortSignal; release(): void} {
  const controller = new AbortController()
  const stop = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(128 + constants.signals[name])
    controller.abort()
  }
  for (const name of STOPPING) process.on(name, stop)
  return {
    signal: controller.signal,
    release: () => {
      for (const name of STOPPING) process.removeListener(name, stop)
    },
  }
}
