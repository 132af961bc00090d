import {backoffMs} from '../../core/backoff.ts'
import type {Clock} from '../../core/clock.ts'
import {AssistError} from '../../core/errors.ts'
import {
  type FollowedOutput,
  type FollowRequest,
  type ResultsPage,
  resultsPage,
  type TaskResult,
} from '../../ecs/api/results.ts'
import type {EcsClient} from '../../ecs/client.ts'
import {EcsError} from '../../ecs/error.ts'
import {MOST_BYTES_PER_LOOK, NO_FOLLOWER} from '../../protocol/ecs/follow.ts'
import {HOLD_MAX_MS} from '../../protocol/ecs/hold.ts'
import {PAGING} from '../../protocol/ecs/parameters/paging.ts'
import {isFinal} from './run-result.ts'

export interface WatchDeps {
  ecs: EcsClient
  clock: Clock
  /** 0 ≤ x < 1, for jitter. */
  random: () => number
  notice(text: string): void
}

export interface WatchInput {
  invokeId: string
  /** Whose results are awaited. Undefined: whoever the service lists. */
  instanceIds: readonly string[] | undefined
  /** Made a moment ago: the service may not show it yet, and the first answer can be held until something happens. */
  isNew: boolean
  follower?: Follower | undefined
  /** How many invocations are watched side by side: the more, the gentler each one asks. */
  sharing: number
}

export interface Look {
  results: readonly TaskResult[]
  /** Of what is followed, where the service can be. */
  outputs?: readonly FollowedOutput[] | undefined
}

/** Somebody who wants all of the output, from services that have it. */
export interface Follower {
  id: string
  /** Up to where they have the output of an instance. */
  positionOf(instanceId: string): number
  /** Is there more of it than they have? */
  isBehind(instanceId: string): boolean
}

/** Version of an invocation that nothing has happened to yet; our server answers when it has moved on. */
const FIRST_VERSION = '1'
/** How long a new invocation may be invisible. */
const GRACE_MS = 10_000
/** How long the service may be out of reach before we stop watching. What runs there goes on anyway. */
const PATIENCE_MS = 300_000

/** Looks at the results until all are final. Returns early, without an error, when aborted. */
export async function watchInvocation(
  deps: WatchDeps,
  input: WatchInput,
  onLook: (look: Look) => void,
  signal: AbortSignal,
): Promise<void> {
  const beganAtMs = deps.clock.monotonic()
  const trouble = new Trouble(deps)
  let since = input.isNew ? FIRST_VERSION : undefined
  let looks = 0
  let wasSeen = false
  let isBehind = false
  const portion = new Portion()
  while (!signal.aborted) {
    const askedAtMs = deps.clock.monotonic()
    const seen = await look(deps.ecs, input, {since, mostBytes: portion.bytes}, signal).catch((error: unknown) => error)
    if (signal.aborted) return
    if (seen instanceof Error || !isLook(seen)) {
      const isTooNew = input.isNew && !wasSeen && seen instanceof EcsError && seen.ecsCode.endsWith('NotFound')
      if (!isTooNew || deps.clock.monotonic() - beganAtMs > GRACE_MS) await trouble.wait(seen, signal)
      else await deps.clock.sleep(pollMs(looks++, input.sharing, deps.random), signal)
      continue
    }
    trouble.isOver()
    wasSeen ||= seen.results.length > 0
    if (!wasSeen && deps.clock.monotonic() - beganAtMs > GRACE_MS) throw unknown(input.invokeId)
    if (isBehind) portion.took(deps.clock.monotonic() - askedAtMs)
    const knownBytes = knownTo(input)
    onLook({results: seen.results, outputs: seen.outputs})
    if (isComplete(seen.results, input)) return
    since = seen.version
    isBehind = input.instanceIds?.some((id) => input.follower?.isBehind(id)) ?? false
    if (isBehind && knownTo(input) > knownBytes) continue
    const pauseMs =
      since === undefined || isBehind ? pollMs(looks++, input.sharing, deps.random) : gatherMs(seen.results.length)
    if (pauseMs > 0) await deps.clock.sleep(pauseMs, signal)
  }
}

const FIRST_PORTION_BYTES = 128 * 1024
const QUICK_MS = 500
const SLOW_MS = 2000

/** How much to ask for at once: no more than comes within a second or two, since whoever takes longer seems to have stalled. */
class Portion {
  bytes = FIRST_PORTION_BYTES

  took(ms: number): void {
    if (ms < QUICK_MS) this.bytes = Math.min(2 * this.bytes, MOST_BYTES_PER_LOOK)
    else if (ms > SLOW_MS) this.bytes = Math.max(FIRST_PORTION_BYTES / 8, Math.floor(this.bytes / 2))
  }
}

interface Seen {
  results: TaskResult[]
  outputs: FollowedOutput[] | undefined
  version: string | undefined
}

function isLook(value: unknown): value is Seen {
  return typeof value === 'object' && value !== null && 'results' in value
}

/** All pages of now; the first one is held back by a server that can, until there is something new. */
async function look(
  ecs: EcsClient,
  input: WatchInput,
  {since, mostBytes}: {since: string | undefined; mostBytes: number},
  signal: AbortSignal,
): Promise<Seen> {
  const filter = {invokeId: input.invokeId}
  const results: TaskResult[] = []
  let version: string | undefined
  let outputs: FollowedOutput[] | undefined
  let nextToken: string | undefined
  do {
    const isFirst = nextToken === undefined
    const page: ResultsPage = await resultsPage(
      ecs,
      filter,
      {MaxResults: PAGING.maxResults.max, NextToken: nextToken},
      {signal, ...(isFirst && {hold: {waitMs: HOLD_MAX_MS, since}, follow: followOf(input, mostBytes)})},
    )
    if (isFirst) ({version, outputs} = page)
    results.push(...page.items)
    nextToken = page.nextToken || undefined
  } while (nextToken !== undefined)
  return {results, outputs, version}
}

function followOf({follower, instanceIds}: WatchInput, mostBytes: number): FollowRequest {
  if (follower === undefined || instanceIds === undefined) return NOBODY
  return {id: follower.id, positions: new Map(instanceIds.map((id) => [id, follower.positionOf(id)])), mostBytes}
}

/** Said in each look, because the call that began it may not have known yet whom it asks. */
const NOBODY: FollowRequest = {id: NO_FOLLOWER, positions: new Map(), mostBytes: MOST_BYTES_PER_LOOK}

/** How much of all outputs is known. */
function knownTo({follower, instanceIds = []}: WatchInput): number {
  return follower === undefined ? 0 : instanceIds.reduce((sum, id) => sum + follower.positionOf(id), 0)
}

/** Ended, and all is told that there was to tell. */
function isComplete(results: readonly TaskResult[], {instanceIds, follower}: WatchInput): boolean {
  if (instanceIds === undefined) return results.length > 0 && results.every(isFinal)
  const done = new Set(results.filter(isFinal).map((result) => result.instanceId))
  return instanceIds.every((id) => done.has(id) && !follower?.isBehind(id))
}

const FIRST_POLL_MS = 500
const SLOWEST_POLL_MS = 5000
/** This many invocations may ask at full pace before they share it. */
const FULL_PACE = 5

/** 0.5, 1, 2, then 5 s, spread by ±20 % so that many watchers do not ask in step. */
function pollMs(looks: number, sharing: number, random: () => number): number {
  const steady = looks >= 3 ? SLOWEST_POLL_MS : FIRST_POLL_MS * 2 ** looks
  return steady * Math.max(1, sharing / FULL_PACE) * (0.8 + 0.4 * random())
}

/** A fleet reports in bursts: waiting a moment saves one answer per instance. A single target waits for nothing. */
function gatherMs(targets: number): number {
  return targets < 2 ? 0 : Math.min(20 + 5 * targets, 500)
}

/** Says once that the service is out of reach, and gives up after a while. */
class Trouble {
  readonly #deps: WatchDeps
  #beganAtMs: number | undefined
  #tries = 0

  constructor(deps: WatchDeps) {
    this.#deps = deps
  }

  isOver(): void {
    this.#beganAtMs = undefined
    this.#tries = 0
  }

  async wait(error: unknown, signal: AbortSignal): Promise<void> {
    if (!isPassing(error)) throw error
    const nowMs = this.#deps.clock.monotonic()
    this.#beganAtMs ??= nowMs
    if (nowMs - this.#beganAtMs > PATIENCE_MS) throw error
    if (this.#tries === 0) this.#deps.notice(`cannot see results at the moment, trying again: ${error.message}`)
    this.#tries++
    await this.#deps.clock.sleep(backoffMs(this.#tries, {baseMs: 500, capMs: 15_000}, this.#deps.random), signal)
  }
}

function isPassing(error: unknown): error is AssistError {
  if (error instanceof EcsError) return error.httpStatus >= 500 || error.ecsCode.includes('Throttling')
  return error instanceof AssistError && (error.code === 'unreachable' || error.code === 'timeout')
}

function unknown(invokeId: string): AssistError {
  return new AssistError('refused', `the service shows no invocation ${invokeId}`, {
    hint: `It may take longer to appear: assist results ${invokeId}`,
  })
}
