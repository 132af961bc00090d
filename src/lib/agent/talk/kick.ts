import {spreadMs} from '../../core/backoff.ts'
import type {Clock} from '../../core/clock.ts'
import type {Logger} from '../../core/log.ts'
import {decodeKick} from '../../protocol/agent/kick.ts'

/** How a channel ended; `status`: the server would not open it. */
export interface Closed {
  reason: string
  status?: number
}

/** Opens the channel; resolves once it is closed, never rejects. */
export type ConnectKick = (request: {
  url: string
  headers: Record<string, string>
  signal: AbortSignal
  onOpen(): void
  onText(text: string): string
}) => Promise<Closed>

export interface ListenDeps {
  connect: ConnectKick
  /** Signed anew for every try. */
  target(): {url: string; headers: Record<string, string>}
  clock: Clock
  random(): number
  log: Logger
  onOpen(): void
  /** Over how long to come back when the server has gone, together with everybody else. */
  reconnectSpreadMs(): number
  /** The server says that another agent with our identity is there: it must not run what we would run. */
  onRival(): void
  /** A try has ended without the channel ever being open. */
  onFailed(): void
  onFetch(taskId: string | undefined): void
  /** A session is to be opened. */
  onSession(channelId: string): void
  onDeregister(): void
}

const LONGEST_PAUSE_MS = 60_000
/** A channel that is closed sooner was not worth opening: the pauses go on growing. */
const STABLE_MS = 60_000
/** Of an upgrade that is refused because somebody else holds the channel. */
const RIVAL_STATUS = 409

/**
 * Listens for kicks until aborted, and reconnects for ever; official agents give up for half an hour.
 * What was kicked while nobody listened is found by the fetch that follows every opening.
 */
export async function listen(deps: ListenDeps, signal: AbortSignal): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    let openedMs: number | undefined
    const {reason, status} = await deps.connect({
      ...deps.target(),
      signal,
      onOpen: () => {
        openedMs = deps.clock.monotonic()
        deps.log.info('kick channel open')
        deps.onOpen()
      },
      onText: (text) => answer(deps, text),
    })
    if (signal.aborted) return
    if (openedMs === undefined) deps.onFailed()
    else if (deps.clock.monotonic() - openedMs >= STABLE_MS) failures = 0
    if (status === RIVAL_STATUS) deps.onRival()
    failures++
    deps.log.warn('kick channel closed', {reason, failures})
    const pause = {baseMs: deps.reconnectSpreadMs(), capMs: LONGEST_PAUSE_MS}
    await deps.clock.sleep(spreadMs(failures, pause, deps.random), signal)
  }
}

/** Does what a kick says. @returns the answer; `unknow` is how official agents spell it. */
function answer(deps: ListenDeps, text: string): string {
  const kick = decodeKick(text)
  if (kick === undefined) return `unknow:${text}`
  if (kick.kind === 'fetch') deps.onFetch(kick.taskId)
  if (kick.kind === 'session') deps.onSession(kick.channelId)
  if (kick.kind === 'deregister') deps.onDeregister()
  return `accept:${text}`
}
