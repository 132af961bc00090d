import {type InstanceFilter, instanceKeys, readInstances} from '../../store/fleet/instances-list.ts'
import {type PageRequest, readPage} from '../../store/pages.ts'
import {readTags} from '../../store/tags.ts'
import type {Call} from '../operation.ts'
import {onlineAmong} from './managed-instance-view.ts'

/** One page of the instances that a filter lets through, with their tags and which of them are online. */
export async function readInstancePage(call: Call, request: PageRequest, filterBy: InstanceFilter) {
  const db = call.deps.db.read
  const page = await readPage(request, await instanceKeys(db, filterBy, (rows) => onlineAmong(call, rows)))
  const ids = page.keys.map((key) => key.id)
  const tags = await readTags(db, 'managedinstance', ids)
  const rows = await readInstances(db, call, ids)
  return {page, rows, tags, online: await onlineAmong(call, rows)}
}
