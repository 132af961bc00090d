import {z} from 'zod'
import {INSTANCE} from '../../../protocol/ecs/parameters/instance.ts'
import {TAGS} from '../../../protocol/ecs/parameters/tags.ts'
import {activationKeys, readActivations} from '../../store/fleet/activations.ts'
import {readPage} from '../../store/pages.ts'
import {readTags} from '../../store/tags.ts'
import {operation} from '../operation.ts'
import {filter, resourceGroupId} from '../parts/fields.ts'
import {pageFields, pageRequest, pagingFields} from '../parts/paging.ts'
import {bareTagsView, tagFields} from '../parts/tags.ts'
import {activationView} from './activation-view.ts'

export const describeActivations = operation(
  z.object({
    ActivationId: filter('ActivationId'),
    InstanceName: filter(INSTANCE.nameFilter),
    ResourceGroupId: resourceGroupId(),
    Tag: tagFields(TAGS.tag),
    ...pagingFields(),
  }),
  async (call, input) => {
    const db = call.deps.db.read
    const request = pageRequest(call, input)
    const source = await activationKeys(db, {
      accountId: call.accountId,
      regionId: call.regionId,
      activationId: input.ActivationId,
      namePrefix: input.InstanceName,
      resourceGroupId: input.ResourceGroupId,
      tags: input.Tag,
    })
    const page = await readPage(request, source)
    const ids = page.keys.map((key) => key.id)
    const tags = await readTags(db, 'activation', ids)
    const rows = await readActivations(db, ids)
    return {
      ...pageFields(call, request, page),
      ActivationList: rows.map((row) => ({...activationView(row), Tags: bareTagsView(tags.get(row.activation_id))})),
    }
  },
)
