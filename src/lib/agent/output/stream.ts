import type {Clock} from '../../core/clock.ts'
import type {OutputWindow, Piece} from './window.ts'

export interface StreamDeps {
  clock: Clock
  /** Sends one `running` report; true when the server has it. Never rejects. */
  send(piece: Piece): Promise<boolean>
  killPoint(step: 'after-start-report' | 'during-output'): void
}

export interface StreamRules {
  everyMs: number
  quotaBytes: number
  skipEmpty: boolean
  /** `official`: servers that know no offsets; `start only`: rounds for such servers. */
  mode: 'assist' | 'official' | 'start only'
}

/** A sign of life at least so often, however little the script prints. */
const EMPTY_EVERY_MS = 60_000
const OFFICIAL_TICK_BYTES = 2048
const OFFICIAL_LIVE_BYTES = 6000

/**
 * Sends what a script prints while it runs, one report after another, the first after the report of its `start`. What was not taken
 * goes out again with the next one: the offset makes that harmless. Resolves when `ended` aborts and nothing is under way.
 */
export async function streamOutput(
  deps: StreamDeps,
  window: OutputWindow,
  start: Promise<boolean>,
  rules: StreamRules,
  ended: AbortSignal,
): Promise<void> {
  let known = await start
  deps.killPoint('after-start-report')
  if (rules.mode === 'start only') return
  let lastMs = deps.clock.monotonic()
  let sentBytes = 0
  while (!ended.aborted) {
    await deps.clock.sleep(rules.everyMs, ended)
    if (ended.aborted) return
    const piece = nextPiece()
    const silentMs = deps.clock.monotonic() - lastMs
    if (piece.bytes.length === 0 && known && rules.skipEmpty && silentMs < EMPTY_EVERY_MS) continue
    const taken = await deps.send(piece)
    deps.killPoint('during-output')
    lastMs = deps.clock.monotonic()
    known ||= taken
    settle(piece, taken)
  }

  function nextPiece(): Piece {
    if (rules.mode === 'assist') return window.next()
    return window.next(sentBytes <= OFFICIAL_LIVE_BYTES ? OFFICIAL_TICK_BYTES : 0)
  }

  /** Without offsets a repeat would show up twice, so what may have arrived counts as sent; all of it shares one quota. */
  function settle(piece: Piece, taken: boolean): void {
    if (taken || rules.mode === 'official') window.acknowledge(piece)
    sentBytes += piece.bytes.length
    if (rules.mode === 'official') window.shrink(rules.quotaBytes - sentBytes)
  }
}
