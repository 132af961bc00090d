import type {Clock} from '../../core/clock.ts'
import {MOST_REPORT_BYTES, MOST_WAIT_MS} from '../../protocol/agent/follow.ts'
import type {Flow} from './flow.ts'
import type {OutputWindow, Piece} from './window.ts'

export interface StreamDeps {
  clock: Clock
  /** Sends one `running` report; true when the server has it. `waitMs`: it need not answer while it has no room. Never rejects. */
  send(piece: Piece, waitMs?: number): Promise<boolean>
  killPoint(step: 'after-start-report' | 'during-output'): void
}

export interface StreamRules {
  everyMs: number
  quotaBytes: number
  skipEmpty: boolean
  /** Servers that know no offsets hear of the start of a round only. */
  startOnly: boolean
}

/** A sign of life at least so often, however little the script prints. */
const EMPTY_EVERY_MS = 60_000
const LEAST_REPORT_BYTES = 64 * 1024
const OFFICIAL_TICK_BYTES = 2048
const OFFICIAL_LIVE_BYTES = 6000

/**
 * Sends what a script prints while it runs, one report after another, the first after the report of its `start`. What was not taken
 * goes out again with the next one: the offset makes that harmless. While somebody follows, all of it goes out, in large pieces when there
 * is much, and after the end until what is left fits into the last report. Resolves when `ended` aborts and nothing is under way.
 */
export async function streamOutput(
  deps: StreamDeps,
  {window, flow}: {window: OutputWindow; flow: Flow},
  start: Promise<boolean>,
  rules: Omit<StreamRules, 'startOnly' | 'quotaBytes'>,
  ended: AbortSignal,
): Promise<void> {
  let known = await start
  deps.killPoint('after-start-report')
  let lastMs = deps.clock.monotonic()
  let mostBytes = LEAST_REPORT_BYTES
  let {pressing} = flow
  let wake = AbortSignal.any([ended, pressing])
  for (;;) {
    if (pressing !== flow.pressing) {
      pressing = flow.pressing
      wake = AbortSignal.any([ended, pressing])
    }
    if (!ended.aborted) await deps.clock.sleep(rules.everyMs, wake)
    flow.expire()
    if (ended.aborted && !flow.mustFlush) return
    const piece = window.next(Math.min(flow.roomBytes, mostBytes))
    const isFull = flow.isHeld && flow.roomBytes === 0 && window.heldBytes > 0
    const silentMs = deps.clock.monotonic() - lastMs
    const isEmpty = piece.bytes.length === 0 && !isFull
    if (isEmpty && known && rules.skipEmpty && silentMs < EMPTY_EVERY_MS) continue
    const taken = await deps.send(piece, isFull ? MOST_WAIT_MS : 0)
    deps.killPoint('during-output')
    lastMs = deps.clock.monotonic()
    known ||= taken
    if (taken) window.acknowledge(piece)
    flow.sent()
    // A line that is too slow for a large report may take a smaller one.
    mostBytes = taken ? Math.min(MOST_REPORT_BYTES, 2 * mostBytes) : LEAST_REPORT_BYTES
    // Neither a server that is away nor one that has no room, and doesn't wait until it has, is asked again at once.
    if (!taken || (isFull && flow.roomBytes === 0)) await deps.clock.sleep(rules.everyMs)
  }
}

/**
 * The same for servers that know no offsets. There a repeat would show up twice, so what may have arrived counts as sent; all of it shares
 * one quota.
 */
export async function streamOfficial(
  deps: StreamDeps,
  window: OutputWindow,
  start: Promise<boolean>,
  rules: StreamRules,
  ended: AbortSignal,
): Promise<void> {
  let known = await start
  deps.killPoint('after-start-report')
  if (rules.startOnly) return
  let lastMs = deps.clock.monotonic()
  let sentBytes = 0
  while (!ended.aborted) {
    await deps.clock.sleep(rules.everyMs, ended)
    if (ended.aborted) return
    const piece = window.next(sentBytes <= OFFICIAL_LIVE_BYTES ? OFFICIAL_TICK_BYTES : 0)
    const silentMs = deps.clock.monotonic() - lastMs
    if (piece.bytes.length === 0 && known && rules.skipEmpty && silentMs < EMPTY_EVERY_MS) continue
    known = (await deps.send(piece)) || known
    deps.killPoint('during-output')
    lastMs = deps.clock.monotonic()
    window.acknowledge(piece)
    sentBytes += piece.bytes.length
    window.shrink(rules.quotaBytes - sentBytes)
  }
}
