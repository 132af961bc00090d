import {backoffMs} from '../../core/backoff.ts'
import type {Clock} from '../../core/clock.ts'
import type {Logger} from '../../core/log.ts'
import {BEAT_MS, decodeHeartBeatResponse, encodeHeartBeat, wantsFullBeat} from '../../protocol/agent/heart-beat.ts'
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

/** Tells the server every minute that we live, until aborted. */
export async function beat(deps: BeatDeps, signal: AbortSignal): Promise<void> {
  const state: BeatState = {acknowledged: 0, rounds: 0, full: false}
  const startedMs = deps.clock.monotonic()
  let failures = 0
  while (!signal.aborted) {
    let answer = await ask(deps, state, startedMs)
    if (answer !== undefined && !state.full && wantsFullBeat(answer.text)) {
      state.full = true
      answer = await ask(deps, state, startedMs)
    }
    state.rounds++
    if (answer === undefined || answer.status > 400) {
      failures++
      deps.log.warn('heart-beat failed', {status: answer?.status})
      const refused = answer !== undefined && answer.status < 500
      await deps.clock.sleep(refused ? BEAT_MS.most : backoffMs(failures, RETRY, deps.random), signal)
      continue
    }
    failures = 0
    state.acknowledged++
    const {intervalMs, newTasks, spreadMs} = decodeHeartBeatResponse(answer.text)
    deps.onAcknowledged(newTasks, spreadMs)
    await deps.clock.sleep(intervalMs ?? BEAT_MS.least + (BEAT_MS.most - BEAT_MS.least) * deps.random(), signal)
  }
}

async function ask(deps: BeatDeps, state: BeatState, startedMs: number): Promise<Answer | undefined> {
  const {machine, clock, pid, coldStart} = deps
  const query = encodeHeartBeat({
    ...{...state, pid, coldStart, uptimeMs: machine.uptimeMs(), nowMs: clock.now()},
    processUptimeMs: clock.monotonic() - startedMs,
    osType: osType(machine.platform),
    osVersion: machine.osVersion,
    agentVersion: agentVersion(machine),
    machineId: machine.machineId,
  })
  try {
    return await deps.connection({method: 'GET', path: AGENT_PATHS.heartBeat, query, timeoutMs: TIMEOUT_MS})
  } catch {
    return undefined
  }
}
