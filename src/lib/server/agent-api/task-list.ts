import {decodeFetch} from '../../protocol/agent/fetch.ts'
import {decodeHeld} from '../../protocol/agent/held.ts'
import {AGENT_PATHS} from '../../protocol/agent/paths.ts'
import type {WireTaskItem, WireTaskList} from '../../protocol/agent/task-list.ts'
import type {ServerDeps} from '../deps.ts'
import {missingAbility} from '../rules/agent-abilities.ts'
import {type Offer, type Offers, refuseOffer, takeOffers} from '../store/runs/deliver.ts'
import {hasOpenTask} from '../store/runs/open-work.ts'
import {type StopOffer, selectHeldInVain} from '../store/runs/stops.ts'
import type {InstanceRow} from '../store/schema.ts'
import {answer} from './answer.ts'
import type {AgentRoute, InstanceCall} from './call.ts'
import {agentVersion, see} from './seen.ts'
import {encodeItem, encodeStop} from './task-item.ts'

export const taskList: AgentRoute = {
  method: 'POST',
  path: AGENT_PATHS.taskList,
  auth: 'instance',
  once: true,
  handle: async (deps, call) => {
    const {isStartup, isColdStart, slots} = decodeFetch(call.query)
    await see(deps, call, {slots})
    // What it can do is asked of the agent that will get the tasks, which may be newer than the one of the last fetch.
    const instance = {...call.instance, ...agentVersion(call.userAgent), slots}
    const offers = await fetchOffers(deps, instance, {isStartup, isColdStart})
    for (const invokeId of offers.changed) deps.changes.notify(invokeId)
    const stop = [...offers.stop, ...(await heldInVain(deps, call, offers.stop))]
    const list = await encodeList(deps, instance, {...offers, stop})
    const next = offers.more ? offers.run[0] : undefined
    if (next) deps.kicker.kick(instance.instance_id, {kind: 'run', taskId: next.invoke_id})
    return answer({...list})
  },
}

/** The list of an instance for which there is nothing. */
export function emptyList(instanceId: string): WireTaskList {
  return {code: 200, instanceId, run: [], stop: [], test: [], file: [], session: []}
}

/** What an agent says that it holds, and must not, beyond what it is told to stop anyway. */
async function heldInVain(deps: ServerDeps, call: InstanceCall, stopped: readonly StopOffer[]): Promise<StopOffer[]> {
  const held = call.instance.strong === 1 ? decodeHeld(call.body) : undefined
  if (held === undefined) return []
  const told = new Set(stopped.map((stop) => stop.invoke_id))
  const inVain = await selectHeldInVain(deps.db.read, call.instance.instance_id, held)
  return inVain.filter((stop) => !told.has(stop.invoke_id))
}

const NOTHING: Offers = {run: [], stop: [], more: false, changed: []}

async function fetchOffers(
  deps: ServerDeps,
  instance: InstanceRow,
  when: {isStartup: boolean; isColdStart: boolean},
): Promise<Offers> {
  if (!(await hasOpenTask(deps.db.read, instance.instance_id))) return NOTHING
  const {instance_id: instanceId, strong, slots} = instance
  return deps.db.write((tx) => takeOffers(tx, {...when, instanceId, strong, slots, nowMs: deps.clock.now()}))
}

async function encodeList(deps: ServerDeps, instance: InstanceRow, offers: Offers): Promise<WireTaskList> {
  const list = emptyList(instance.instance_id)
  for (const offer of offers.run) {
    const item = await encodeOrRefuse(deps, instance, offer)
    if (item) (offer.repeat_mode === 'DryRun' ? list.test : list.run).push(item)
  }
  list.stop = offers.stop.map((stop) => encodeStop(stop, instance))
  return list
}

/** One task that cannot be encoded must not keep the others from their agent. */
async function encodeOrRefuse(
  deps: ServerDeps,
  instance: InstanceRow,
  offer: Offer,
): Promise<WireTaskItem | undefined> {
  const missing = missingAbility(offer, instance)
  if (missing !== undefined) return refuse({code: 'ClientNeedUpgrade', info: missing})
  try {
    return encodeItem(offer, instance)
  } catch (error) {
    return refuse({code: 'BadCronExpression', info: error instanceof Error ? error.message : 'unreadable'})
  }

  async function refuse(why: {code: string; info: string}): Promise<undefined> {
    const key = {invokeId: offer.invoke_id, instanceId: instance.instance_id}
    await deps.db.write((tx) => refuseOffer(tx, key, why, deps.clock.now()))
    deps.changes.notify(offer.invoke_id)
    return undefined
  }
}
