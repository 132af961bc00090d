import {quote} from '../../../core/quote.ts'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {TARGETS} from '../../../protocol/ecs/parameters/targets.ts'
import {runsOn, type ScriptType} from '../../../protocol/script.ts'
import type {Tx} from '../../store/database.ts'
import {holdInstances, instancesWithTags} from '../../store/fleet/instances-list.ts'
import type {InstanceRow} from '../../store/schema.ts'
import type {TagFilter} from '../../store/tags.ts'
import type {Call} from '../operation.ts'

export interface Targets {
  InstanceId: readonly string[]
  ResourceTag: readonly TagFilter[]
}

/** How many unknown ids an error names. */
const NAMED_IDS = 10

/**
 * The instances a call is meant for. All or nothing: one that is unknown, foreign, deregistered or of the wrong system refuses the
 * whole call. One that is offline is fine; its task ends by itself if it does not come in time.
 */
export async function findTargets(tx: Tx, call: Call, targets: Targets, type: ScriptType): Promise<InstanceRow[]> {
  const ids = targets.ResourceTag.length > 0 ? await idsByTags(tx, call, targets) : targets.InstanceId
  if (ids.length === 0) throw new Fault('MissingParam.InstanceId')
  const rows = (await holdInstances(tx, call, ids)).filter((row) => row.deregistered_at_ms === 0)
  const found = new Set(rows.map((row) => row.instance_id))
  const missing = ids.filter((id) => !found.has(id))
  if (missing.length > 0) throw new Fault('InvalidInstance.NotFound', `No such instance: ${nameSome(missing)}.`)
  const unfit = rows.filter((row) => !runsOn(type, row.os_type))
  if (unfit.length > 0) {
    const names = nameSome(unfit.map((row) => row.instance_id))
    throw new Fault('InvalidInstance.NotMatch', `${type} does not run on the operating system of ${names}.`)
  }
  return rows
}

async function idsByTags(tx: Tx, call: Call, targets: Targets): Promise<string[]> {
  if (targets.InstanceId.length > 0) throw new Fault('InvalidResourceTag.ConflictWithInstanceIds')
  const {items: limit, code} = TARGETS.run
  const ids = await instancesWithTags(tx, call, targets.ResourceTag, limit + 1)
  if (ids.length === 0) throw new Fault('InvalidResourceTag.InstanceNotFound')
  if (ids.length > limit) {
    throw new Fault(code, `ResourceTag matches more than ${limit} instances.`)
  }
  return ids
}

function nameSome(ids: readonly string[]): string {
  const rest = ids.length - NAMED_IDS
  return ids.slice(0, NAMED_IDS).map(quote).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}
