import {backoffMs} from '../../core/backoff.ts'
import type {Clock} from '../../core/clock.ts'
import type {Logger} from '../../core/log.ts'
import {decodeKick} from '../../protocol/agent/kick.ts'

/** Opens the channel; resolves with the reason once it is closed, never rejects. */
export type ConnectKick = (request: {
  url: string
  headers: Record<string, string>
  signal: AbortSignal
  onOpen(): void
  onText(text: string): string
}) => Promise<string>

export interface ListenDeps {
  connect: ConnectKick
  /** Signed anew for every try. */
  target(): {url: string; headers: Record<string, string>}
  clock: Clock
  random(): number
  log: Logger
  onOpen(): void
  /** A try has ended without the channel ever being open. */
  onFailed(): void
  onFetch(taskId: string | undefined): void
  onDeregister(): void
}

const RETRY = {baseMs: 1000, capMs: 60_000}

/**
 * Listens for kicks until aborted, and reconnects for ever; official agents give up for half an hour.
 * What was kicked while nobody listened is found by the fetch that follows every opening.
 */
export async function listen(deps: ListenDeps, signal: AbortSignal): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    let opened = false
    const reason = await deps.connect({
      ...deps.target(),
      signal,
      onOpen: () => {
        opened = true
        failures = 0
        deps.log.info('kick channel open')
        deps.onOpen()
      },
      onText: (text) => answer(deps, text),
    })
    if (signal.aborted) return
    if (!opened) deps.onFailed()
    failures++
    deps.log.warn('kick channel closed', {reason, failures})
    await deps.clock.sleep(backoffMs(failures, RETRY, deps.random), signal)
  }
}

/** Does what a kick says. @returns the answer; `unknow` is how official agents spell it. */
function answer(deps: ListenDeps, text: string): string {
  const kick = decodeKick(text)
  if (kick === undefined) return `unknow:${text}`
  if (kick.kind === 'fetch') deps.onFetch(kick.taskId)
  if (kick.kind === 'deregister') deps.onDeregister()
  return `accept:${text}`
}
