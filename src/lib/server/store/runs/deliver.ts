import type {ExpressionBuilder} from 'kysely'
import type {TaskState} from '../../../protocol/ecs/status.ts'
import type {Reader, Tx} from '../database.ts'
import type {InvocationRow, Schema} from '../schema.ts'
import {endRunningRounds} from './rounds.ts'
import {changeTask, countChange, OPEN, type TaskKey, taskKind} from './task-states.ts'

/** A task to hand out, with what the agent must know of its invocation. */
export type Offer = InvocationRow & {state: TaskState; delivered_at_ms: number}
export type StopOffer = Pick<
  InvocationRow,
  'invoke_id' | 'command_id' | 'command_type' | 'invoke_version' | 'repeat_mode' | 'frequency' | 'created_at_ms'
>

export interface FetchRequest {
  instanceId: string
  /** 1: our agent, which keeps its schedules, and tasks for the next boot, on disk. */
  strong: 0 | 1
  /** The first fetch of the agent's process. */
  isStartup: boolean
  /** The first fetch since the machine booted. */
  isColdStart: boolean
  nowMs: number
}

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
const MOST_STOPS = 200

const REBOOT_MODES = ['NextRebootOnly', 'EveryReboot'] as const

/**
 * What to hand out now, and notes that it was. The same task is offered again until it is known to have started, so a lost answer
 * costs nothing; what was never offered comes first.
 */
export async function takeOffers(tx: Tx, request: FetchRequest): Promise<Offers> {
  const changed = new Set<string>()
  if (request.isStartup) await forgetDeliveries(tx, request, changed)
  const stop = await selectStops(tx, request.instanceId)
  const found = await selectOffers(tx, request)
  const offers = withinSize(found.slice(0, MOST_ITEMS))
  const run: Offer[] = []
  for (const offer of offers) {
    const key = {invokeId: offer.invoke_id, instanceId: request.instanceId}
    const handedOut = await noteDelivery(tx, key, offer, request.nowMs)
    if (!handedOut) continue // stopped or reported meanwhile
    run.push(offer)
    if (handedOut === 'visibly') changed.add(offer.invoke_id)
  }
  for (const invokeId of changed) await countChange(tx, invokeId)
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
    .where('open', '=', 1)
    .where('state', '!=', 'Stopping')
    .execute()
}

export interface OpenWork {
  instanceId: string
  taskId: string
  kind: 'run' | 'stop'
}

/** Spares a fetch that finds nothing its transaction. */
export async function hasOpenTask(reader: Reader, instanceId: string): Promise<boolean> {
  const row = await reader
    .selectFrom('tasks')
    .select('invoke_id')
    .where('instance_id', '=', instanceId)
    .where('open', '=', 1)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Something that a kick would move: not yet taken, or to be stopped. */
export async function findOpenWork(
  reader: Reader,
  instance: {instance_id: string; strong: 0 | 1},
): Promise<OpenWork | undefined> {
  const row = await selectOpenWork(reader).where('tasks.instance_id', '=', instance.instance_id).executeTakeFirst()
  return row && toOpenWork(row)
}

/** One piece of open work per instance that has waited since `beforeMs`. */
export async function listOpenWork(reader: Reader, beforeMs: number): Promise<OpenWork[]> {
  const rows = await selectOpenWork(reader)
    .where('tasks.updated_at_ms', '<=', beforeMs)
    .where('tasks.delivered_at_ms', '<=', beforeMs)
    .execute()
  return [...new Map(rows.map((row) => [row.instance_id, toOpenWork(row)])).values()]
}

function selectOpenWork(reader: Reader) {
  return reader
    .selectFrom('tasks')
    .innerJoin('invocations', 'invocations.invoke_id', 'tasks.invoke_id')
    .innerJoin('instances', 'instances.instance_id', 'tasks.instance_id')
    .select(['tasks.instance_id', 'tasks.invoke_id', 'tasks.state'])
    .where('tasks.open', '=', 1)
    .where((eb) =>
      eb.or([
        eb('tasks.state', 'in', ['Pending', 'Stopping']),
        // A task for the next boot stays Delivered until then.
        eb.and([eb('tasks.state', '=', 'Delivered'), eb('invocations.repeat_mode', 'not in', REBOOT_MODES)]),
        eb.and([eb('tasks.state', 'in', ['Scheduled', 'Running']), eb('tasks.delivered_at_ms', '=', 0)]),
      ]),
    )
    .where((eb) =>
      eb.or([
        eb('instances.strong', '=', 1),
        eb('tasks.state', '=', 'Stopping'),
        eb('invocations.repeat_mode', 'not in', REBOOT_MODES),
      ]),
    )
}

function toOpenWork(row: {instance_id: string; invoke_id: string; state: TaskState}): OpenWork {
  return {instanceId: row.instance_id, taskId: row.invoke_id, kind: row.state === 'Stopping' ? 'stop' : 'run'}
}

/**
 * An agent that has just started has no schedules in memory, so they are all offered again; official agents have none on disk
 * either, and no run of theirs outlives the process that would report it.
 */
async function forgetDeliveries(tx: Tx, request: FetchRequest, changed: Set<string>): Promise<void> {
  const {instanceId, nowMs} = request
  await tx
    .updateTable('tasks')
    .set({delivered_at_ms: 0})
    .where('instance_id', '=', instanceId)
    .where('open', '=', 1)
    .where('state', 'in', ['Scheduled', 'Running'])
    .where('invoke_id', 'in', (eb) =>
      eb
        .selectFrom('invocations')
        .select('invoke_id')
        .whereRef('invocations.invoke_id', '=', 'tasks.invoke_id')
        .where('repeat_mode', 'in', ['Period', 'EveryReboot']),
    )
    .execute()
  if (request.strong === 1) return
  const running = await tx
    .selectFrom('tasks')
    .innerJoin('invocations', 'invocations.invoke_id', 'tasks.invoke_id')
    .select(['tasks.invoke_id', 'invocations.repeat_mode', 'invocations.frequency'])
    .where('tasks.instance_id', '=', instanceId)
    .where('tasks.open', '=', 1)
    .where('tasks.state', '=', 'Running')
    .execute()
  for (const row of running) {
    const key = {invokeId: row.invoke_id, instanceId}
    const errorCode = request.isColdStart ? 'InstanceRestarted' : 'ClientRestarted'
    const errorInfo = 'The agent restarted while the script ran; nobody knows how it ended.'
    const goesOn = taskKind(row) === 'recurring'
    const isMoved = await changeTask(tx, key, ['Running'], {
      ...(goesOn ? {state: 'Scheduled' as const} : {state: 'Interrupted' as const, open: 0 as const}),
      error_code: errorCode,
      error_info: errorInfo,
      updated_at_ms: nowMs,
    })
    if (!isMoved) continue
    await endRunningRounds(tx, key, {state: 'Interrupted', errorCode, errorInfo}, nowMs)
    changed.add(row.invoke_id)
  }
}

async function selectStops(tx: Tx, instanceId: string): Promise<StopOffer[]> {
  return tx
    .selectFrom('tasks')
    .innerJoin('invocations', 'invocations.invoke_id', 'tasks.invoke_id')
    .select([
      'invocations.invoke_id',
      'invocations.command_id',
      'invocations.command_type',
      'invocations.invoke_version',
      'invocations.repeat_mode',
      'invocations.frequency',
      'invocations.created_at_ms',
    ])
    .where('tasks.instance_id', '=', instanceId)
    .where('tasks.open', '=', 1)
    .where('tasks.state', '=', 'Stopping')
    .orderBy('tasks.stop_at_ms')
    .limit(MOST_STOPS)
    .execute()
}

async function selectOffers(tx: Tx, request: FetchRequest): Promise<Offer[]> {
  return tx
    .selectFrom('tasks')
    .innerJoin('invocations', 'invocations.invoke_id', 'tasks.invoke_id')
    .selectAll('invocations')
    .select(['tasks.state', 'tasks.delivered_at_ms'])
    .where('tasks.instance_id', '=', request.instanceId)
    .where('tasks.open', '=', 1)
    .where((eb) =>
      eb.or([
        eb('tasks.state', 'in', ['Pending', 'Delivered']),
        eb.and([eb('tasks.state', 'in', ['Scheduled', 'Running']), eb('tasks.delivered_at_ms', '=', 0)]),
        // Nothing tells that a schedule has arrived but its first round; agents ignore one that they have.
        eb.and([eb('tasks.state', '=', 'Scheduled'), eb('tasks.rounds', '=', 0)]),
      ]),
    )
    .where((eb) => mayHave(eb, request))
    .orderBy('tasks.delivered_at_ms')
    .orderBy('tasks.created_at_ms')
    .orderBy('tasks.invoke_id')
    .limit(MOST_ITEMS + 1)
    .execute()
}

/** Official agents run a reboot task when they get it, so they get it at a boot only. */
function mayHave(
  eb: ExpressionBuilder<Pick<Schema, 'tasks' | 'invocations'>, 'tasks' | 'invocations'>,
  request: FetchRequest,
) {
  const always = request.strong === 1 || (request.isStartup && request.isColdStart)
  return always ? eb.lit(true) : eb('invocations.repeat_mode', 'not in', REBOOT_MODES)
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
  const state = offer.state === 'Pending' ? (taskKind(offer) === 'once' ? 'Delivered' : 'Scheduled') : offer.state
  const updated_at_ms = nowMs
  if (!(await changeTask(tx, key, [offer.state], {state, delivered_at_ms: nowMs, updated_at_ms}))) return undefined
  return state === 'Scheduled' && offer.state !== 'Scheduled' ? 'visibly' : 'silently'
}
