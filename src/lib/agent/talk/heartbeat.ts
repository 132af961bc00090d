import {backoffMs} from '../../core/backoff.ts'
import type {Clock} from '../../core/clock.ts'
import {isRecord, text} from '../../core/json.ts'
import type {Logger} from '../../core/log.ts'
import {decodeSpread} from '../../protocol/agent/heart-beat.ts'
import {AGENT_PATHS} from '../../protocol/agent/paths.ts'
import {agentVersion, type Machine, osType} from '../machine.ts'
import type {Answer, Connection} from './connection.ts'

export interface BeatDeps {
  connection: Connection
  clock: Clock
  random(): number
  machine: Machine
  log: Logger
  pid: number
  /** First agent since the machine booted. */
  coldStart: boolean
  /** The server has heard us; `newTasks`: it has something for us. */
  onAcknowledged(newTasks: boolean, reconnectSpreadMs: number | undefined): void
}

interface BeatState {
  acknowledged: number
  rounds: number
  /** A server asked for the full set of parameters once and gets it from then on. */
  full: boolean
}

const TIMEOUT_MS = 5000
const RETRY = {baseMs: 3000, capMs: 60_000}
const LEAST_MS = 55_000
const MOST_MS = 65_000

/** Tells the server every minute that we live, until aborted. */
export async function beat(deps: BeatDeps, signal: AbortSignal): Promise<void> {
  const state: BeatState = {acknowledged: 0, rounds: 0, full: false}
  const startedMs = deps.clock.monotonic()
  let failures = 0
  while (!signal.aborted) {
    let answer = await ask(deps, state, startedMs)
    if (answer !== undefined && !state.full && wantsFullSet(answer)) {
      state.full = true
      answer = await ask(deps, state, startedMs)
    }
    state.rounds++
    if (answer === undefined || answer.status > 400) {
      failures++
      deps.log.warn('heart-beat failed', {status: answer?.status})
      const refused = answer !== undefined && answer.status < 500
      await deps.clock.sleep(refused ? MOST_MS : backoffMs(failures, RETRY, deps.random), signal)
      continue
    }
    failures = 0
    state.acknowledged++
    const {intervalMs, newTasks, spreadMs} = decodeAnswer(answer)
    deps.onAcknowledged(newTasks, spreadMs)
    await deps.clock.sleep(intervalMs ?? LEAST_MS + (MOST_MS - LEAST_MS) * deps.random(), signal)
  }
}

/** Names and order as official agents have them. Source: agent-protocol, 3.2. */
export function beatQuery(
  deps: Pick<BeatDeps, 'machine' | 'clock' | 'pid' | 'coldStart'>,
  state: BeatState,
  processUptimeMs: number,
): URLSearchParams {
  const {machine} = deps
  const query = new URLSearchParams({
    uptime: String(machine.uptimeMs()),
    timestamp: String(deps.clock.now()),
    pid: String(deps.pid),
    process_uptime: String(Math.round(processUptimeMs)),
    index: String(state.acknowledged),
    seq_no: String(state.rounds),
  })
  const first = state.acknowledged === 0
  if (first || state.full) query.set('virt_type', 'kvm')
  if (state.full) {
    query.set('lang', 'golang')
    query.set('os_type', osType(machine.platform))
    query.set('app_version', agentVersion(machine))
  }
  if (first || state.full) {
    query.set('os_version', machine.osVersion)
    query.set('az', 'unknown')
  }
  if (first && !state.full) query.set('machineid', machine.machineId)
  if (first) query.set('cold_start', String(deps.coldStart))
  return query
}

async function ask(deps: BeatDeps, state: BeatState, startedMs: number): Promise<Answer | undefined> {
  const query = beatQuery(deps, state, deps.clock.monotonic() - startedMs)
  try {
    return await deps.connection({method: 'GET', path: AGENT_PATHS.heartBeat, query, timeoutMs: TIMEOUT_MS})
  } catch {
    return undefined
  }
}

/** Such as `Required request parameter 'os_type' for method parameter type String is not present`. */
function wantsFullSet({text: body}: Answer): boolean {
  return /^Required request parameter '.*' for method parameter type .* is not present/.test(text(read(body).errMsg))
}

function decodeAnswer({text: body}: Answer) {
  const {nextInterval, newTasks, reconnectSpreadMs} = read(body)
  const usable = typeof nextInterval === 'number' && nextInterval >= LEAST_MS && nextInterval <= MOST_MS
  return {
    intervalMs: usable ? nextInterval : undefined,
    newTasks: newTasks === true,
    spreadMs: decodeSpread(reconnectSpreadMs),
  }
}

function read(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body)
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}
