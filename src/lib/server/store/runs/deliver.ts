import {LIMITS} from '../../../protocol/ecs/limits.ts'
import type {TaskState} from '../../../protocol/ecs/status.ts'
import {BOOT_MODES, isTimed} from '../../../protocol/repeat.ts'
import type {Reader, Tx} from '../database.ts'
import {keptQueries, keptQuery} from '../kept-query.ts'
import type {InvocationRow} from '../schema.ts'
import type {FetchRequest} from './fetch-request.ts'
import {forgetDeliveries} from './restart.ts'
import {countTaken} from './slots.ts'
import {forgetRecalls, type StopOffer, selectStops} from './stops.ts'
import {changeTask, countChange, isOpenTask, OPEN, type TaskKey} from './task-states.ts'

/** A task to hand out, with what the agent must know of its invocation. */
export type Offer = InvocationRow & {state: TaskState; delivered_at_ms: number}

export interface Offers {
  run: Offer[]
  stop: StopOffer[]
  /** Not all fitted: the agent should fetch again. */
  more: boolean
  /** Invocations that changed visibly; to be notified after the commit. */
  changed: string[]
}

const MOST_ITEMS = 50
const MOST_SCRIPT_BYTES = 2_000_000

/**
 * What to hand out now, and notes that it was. The same task is offered again until it is known to have started, so a lost answer
 * costs nothing; what was never offered comes first. Fetches of one agent come one after the other, at whatever replica.
 */
export async function takeOffers(tx: Tx, request: FetchRequest): Promise<Offers> {
  const changed = new Set<string>()
  if (request.isStartup) await forgetDeliveries(tx, request, changed)
  const stop = await selectStops(tx, request.instanceId)
  if (request.strong === 1) await forgetRecalls(tx, request.instanceId)
  const found = [...(await selectWaiting(tx, request)), ...(await selectOffers(tx, request))]
  const offers = withinSize(found.slice(0, MOST_ITEMS))
  const run: Offer[] = []
  for (const offer of offers) {
    const key = {invokeId: offer.invoke_id, instanceId: request.instanceId}
    const handedOut = await noteDelivery(tx, key, offer, request.nowMs)
    if (!handedOut) continue // stopped or reported meanwhile
    run.push(offer)
    if (handedOut === 'visibly') changed.add(offer.invoke_id)
  }
  // In one order everywhere, so that two that count the same ones wait and do not lock each other out.
  for (const invokeId of [...changed].sort()) await countChange(tx, invokeId)
  const left = found.slice(offers.length)
  return {run, stop, more: left.some((offer) => offer.delivered_at_ms === 0), changed: [...changed]}
}

/** Ends what cannot be offered; nobody could ever run it. */
export async function refuseOffer(
  tx: Tx,
  key: TaskKey,
  error: {code: string; info: string},
  nowMs: number,
): Promise<void> {
  const change = {state: 'Invalid', open: 0, error_code: error.code, error_info: error.info} as const
  if (await changeTask(tx, key, OPEN, {...change, updated_at_ms: nowMs})) await countChange(tx, key.invokeId)
}

/** Offers a changed recurring invocation again to all that have it; for ModifyInvocationAttribute, which also raises invoke_version. */
export async function offerAgain(tx: Tx, invokeId: string): Promise<void> {
  await tx
    .updateTable('tasks')
    .set({delivered_at_ms: 0})
    .where('invoke_id', '=', invokeId)
    .where(isOpenTask)
    .where('state', '!=', 'Stopping')
    .execute()
}

/** As many as the agent can run at once now, the oldest first. */
async function selectWaiting(tx: Tx, request: FetchRequest): Promise<Offer[]> {
  const {instanceId, slots} = request
  const {rows: waiting} = await WAITING(tx, {instanceId, most: Math.min(slots, MOST_ITEMS + 1)})
  // Counted only once these are held: a fetch at another replica may have been ahead.
  const free = waiting.length === 0 ? 0 : request.slots - (await countTaken(tx, request.instanceId))
  return waiting.slice(0, Math.max(0, free))
}

const WAITING = keptQuery((db, of: {instanceId: string; most: number}) =>
  selectOf(db, of.instanceId)
    .where('tasks.state', '=', 'Pending')
    .where('invocations.repeat_mode', '=', 'Once')
    .orderBy('tasks.created_at_ms')
    .orderBy('tasks.invoke_id')
    .limit(of.most)
    .forUpdate('tasks'),
)

/** Whatever takes no slot before its time, and what was handed out and may not have arrived. */
async function selectOffers(tx: Tx, request: FetchRequest): Promise<Offer[]> {
  const offered = OFFERS(mayHaveBootTasks(request) ? 'all' : 'none for a boot')
  return (await offered(tx, {instanceId: request.instanceId})).rows
}

const OFFERS = keptQueries(
  (which: 'all' | 'none for a boot') => (db, of: {instanceId: string}) =>
    selectOf(db, of.instanceId)
      .where((eb) =>
        eb.or([
          eb('tasks.state', '=', 'Delivered'),
          eb.and([eb('tasks.state', '=', 'Pending'), eb('invocations.repeat_mode', '!=', 'Once')]),
          eb.and([eb('tasks.state', 'in', ['Scheduled', 'Running']), eb('tasks.delivered_at_ms', '=', 0)]),
          // Nothing tells that a schedule has arrived but its first round; agents ignore one that they have.
          eb.and([eb('tasks.state', '=', 'Scheduled'), eb('tasks.rounds', '=', 0)]),
        ]),
      )
      .$if(which === 'none for a boot', (query) => query.where('invocations.repeat_mode', 'not in', BOOT_MODES))
      .orderBy('tasks.delivered_at_ms')
      .orderBy('tasks.created_at_ms')
      .orderBy('tasks.invoke_id')
      .limit(MOST_ITEMS + 1)
      .forUpdate('tasks'),
)

function selectOf(db: Reader, instanceId: string) {
  return db
    .selectFrom('tasks')
    .innerJoin('invocations', 'invocations.invoke_id', 'tasks.invoke_id')
    .selectAll('invocations')
    .select(['tasks.state', 'tasks.delivered_at_ms'])
    .where('tasks.instance_id', '=', instanceId)
    .where('tasks.open', '=', 1)
}

/** Official agents run a reboot task when they get it, so they get it at a boot only. */
function mayHaveBootTasks(request: FetchRequest): boolean {
  return request.strong === 1 || (request.isStartup && request.isColdStart)
}

function withinSize(offers: Offer[]): Offer[] {
  let bytes = 0
  const tooMuch = offers.findIndex((offer, index) => {
    bytes += offer.content.length
    return index > 0 && bytes > MOST_SCRIPT_BYTES
  })
  return tooMuch === -1 ? offers : offers.slice(0, tooMuch)
}

/** `visibly`: the API shows another status than before. `undefined`: it is not to be handed out any more. */
async function noteDelivery(
  tx: Tx,
  key: TaskKey,
  offer: Offer,
  nowMs: number,
): Promise<'visibly' | 'silently' | undefined> {
  if (offer.state !== 'Pending') {
    const again = await changeTask(tx, key, [offer.state], {delivered_at_ms: nowMs})
    return again ? 'silently' : undefined
  }
  const state = isTimed(offer.repeat_mode) ? 'Scheduled' : 'Delivered'
  // The time to start it begins anew: until now it may have waited for a slot.
  const deadline_ms = state === 'Delivered' ? nowMs + LIMITS.deliverySec * 1000 : 0
  const taken = await changeTask(tx, key, ['Pending'], {
    state,
    delivered_at_ms: nowMs,
    deadline_ms,
    updated_at_ms: nowMs,
  })
  if (!taken) return undefined
  return state === 'Scheduled' ? 'visibly' : 'silently'
}
