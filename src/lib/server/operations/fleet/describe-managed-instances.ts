import {z} from 'zod'
import {INSTANCE} from '../../../protocol/ecs/parameters/instance.ts'
import {TAGS} from '../../../protocol/ecs/parameters/tags.ts'
import {TARGETS} from '../../../protocol/ecs/parameters/targets.ts'
import {operation} from '../operation.ts'
import {filter, flag, resourceGroupId, texts} from '../parts/fields.ts'
import {pageFields, pageRequest, pagingFields} from '../parts/paging.ts'
import {bareTagsView, tagFields} from '../parts/tags.ts'
import {readInstancePage} from './instance-page.ts'
import {managedInstanceView} from './managed-instance-view.ts'

export const describeManagedInstances = operation(
  z.object({
    InstanceId: texts(TARGETS.managed),
    ActivationId: filter('ActivationId'),
    Connected: flag('Connected'),
    InstanceIp: filter('InstanceIp'),
    InstanceName: filter(INSTANCE.nameFilter),
    MachineId: filter('MachineId'),
    OsType: filter('OsType'),
    ResourceGroupId: resourceGroupId(),
    Tag: tagFields(TAGS.tag),
    ...pagingFields(),
  }),
  async (call, input) => {
    const request = pageRequest(call, input)
    const filterBy = {
      accountId: call.accountId,
      regionId: call.regionId,
      instanceIds: input.InstanceId.length > 0 ? input.InstanceId : undefined,
      activationId: input.ActivationId,
      isOnline: input.Connected,
      ip: input.InstanceIp,
      name: input.InstanceName,
      machineId: input.MachineId,
      osType: input.OsType,
      resourceGroupId: input.ResourceGroupId,
      tags: input.Tag,
    }
    const {page, rows, tags, online} = await readInstancePage(call, request, filterBy)
    return {
      ...pageFields(call, request, page),
      Instances: rows.map((row) => ({
        ...managedInstanceView(row),
        Connected: online.has(row.instance_id),
        Tags: bareTagsView(tags.get(row.instance_id)),
      })),
    }
  },
)
