import type {AgentStatus, Instance, Region} from '../../ecs/api/instances.ts'
import type {ManagedInstance, Renamed} from '../../ecs/api/managed-instances.ts'
import type {Cell, View} from '../form/render.ts'
import {statusCell, tagsCell, timeCell, yesNoCell} from '../form/tones.ts'

export function instancesView(instances: readonly Instance[]): View {
  return {
    columns: [
      {key: 'instanceId', label: 'Instance'},
      {key: 'name', label: 'Name'},
      {key: 'status', label: 'Status'},
      {key: 'osName', label: 'System'},
      {key: 'privateIps', label: 'Private address'},
      {key: 'publicIps', label: 'Public address', isExtra: true},
      {key: 'instanceType', label: 'Type', isExtra: true},
      {key: 'zoneId', label: 'Zone', isExtra: true},
      {key: 'tags', label: 'Tags', isExtra: true},
    ],
    rows: instances.map((instance) => [
      instance.instanceId,
      instance.name,
      instance.status === 'Running' ? {text: 'Running', tone: 'good'} : statusCell(instance.status),
      instance.osName || instance.osType,
      instance.privateIps.join(', '),
      instance.publicIps.join(', '),
      instance.instanceType,
      instance.zoneId,
      tagsCell(instance.tags),
    ]),
    empty: 'No instances.',
  }
}

export function managedInstancesView(instances: readonly ManagedInstance[]): View {
  return {
    columns: [
      {key: 'instanceId', label: 'Instance'},
      {key: 'name', label: 'Name'},
      {key: 'connected', label: 'Online'},
      {key: 'hostname', label: 'Host'},
      {key: 'osType', label: 'System', isExtra: true},
      {key: 'intranetIp', label: 'Address'},
      {key: 'agentVersion', label: 'Agent', isExtra: true},
      {key: 'lastInvokedTime', label: 'Last run'},
      {key: 'registrationTime', label: 'Registered', isExtra: true},
      {key: 'tags', label: 'Tags', isExtra: true},
    ],
    rows: instances.map((instance) => [
      instance.instanceId,
      instance.name,
      yesNoCell(instance.connected),
      instance.hostname,
      instance.osType,
      instance.intranetIp || instance.internetIp,
      instance.agentVersion,
      timeCell(instance.lastInvokedTime),
      timeCell(instance.registrationTime),
      tagsCell(instance.tags),
    ]),
    empty: 'No managed instances. To add one: assist create-activation',
  }
}

export function agentStatusView(statuses: readonly AgentStatus[]): View {
  return {
    columns: [
      {key: 'instanceId', label: 'Instance'},
      {key: 'online', label: 'Online'},
      {key: 'version', label: 'Agent'},
      {key: 'osType', label: 'System', isExtra: true},
      {key: 'lastHeartbeatTime', label: 'Heartbeat'},
      {key: 'lastInvokedTime', label: 'Last run', isExtra: true},
      {key: 'activeTaskCount', label: 'Running'},
      {key: 'invocationCount', label: 'Runs', isExtra: true},
      {key: 'kickChannel', label: 'Channel'},
    ],
    rows: statuses.map((status) => [
      status.instanceId,
      yesNoCell(status.online),
      status.version,
      status.osType,
      timeCell(status.lastHeartbeatTime),
      timeCell(status.lastInvokedTime),
      status.activeTaskCount ?? undefined,
      status.invocationCount ?? undefined,
      channelCell(status),
    ]),
    empty: 'No instances.',
  }
}

/** One that is online and cannot be woken starts what is run there when it next asks. */
function channelCell({online, kickChannel}: AgentStatus): Cell {
  if (kickChannel === 'Contested') return {text: 'two agents!', tone: 'bad'}
  return online && kickChannel === 'Down' ? {text: 'down', tone: 'bad'} : kickChannel.toLowerCase()
}

export function regionsView(regions: readonly Region[]): View {
  return {
    columns: [
      {key: 'regionId', label: 'Region'},
      {key: 'localName', label: 'Name'},
      {key: 'endpoint', label: 'Endpoint'},
      {key: 'status', label: 'Status'},
    ],
    rows: regions.map((region) => [region.regionId, region.localName, region.endpoint, region.status]),
    empty: 'No regions.',
  }
}

export function renamedView(renamed: readonly Renamed[]): View {
  return {
    columns: [
      {key: 'instanceId', label: 'Instance'},
      {key: 'name', label: 'Name'},
    ],
    rows: renamed.map(({instanceId, name}) => [instanceId, name]),
    empty: 'No instances.',
  }
}
