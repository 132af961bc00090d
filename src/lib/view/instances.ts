import type {AgentStatus, Instance, ManagedInstance, Region} from '../actions/describe-lists.ts'
import type {View} from './render.ts'
import {statusCell, tagsCell, yesNoCell} from './tones.ts'

export function instancesView(instances: readonly Instance[]): View {
  return {
    columns: [
      {key: 'instanceId', label: 'Instance'},
      {key: 'name', label: 'Name'},
      {key: 'status', label: 'Status'},
      {key: 'osName', label: 'System'},
      {key: 'privateIps', label: 'Private address'},
      {key: 'publicIps', label: 'Public address'},
      {key: 'instanceType', label: 'Type'},
      {key: 'zoneId', label: 'Zone'},
      {key: 'tags', label: 'Tags'},
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
      {key: 'osType', label: 'System'},
      {key: 'intranetIp', label: 'Address'},
      {key: 'agentVersion', label: 'Agent'},
      {key: 'lastInvokedTime', label: 'Last run'},
      {key: 'registrationTime', label: 'Registered'},
      {key: 'tags', label: 'Tags'},
    ],
    rows: instances.map((instance) => [
      instance.instanceId,
      instance.name,
      yesNoCell(instance.connected),
      instance.hostname,
      instance.osType,
      instance.intranetIp || instance.internetIp,
      instance.agentVersion,
      instance.lastInvokedTime,
      instance.registrationTime,
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
      {key: 'osType', label: 'System'},
      {key: 'lastHeartbeatTime', label: 'Last heartbeat'},
      {key: 'lastInvokedTime', label: 'Last run'},
      {key: 'activeTaskCount', label: 'Running'},
      {key: 'invocationCount', label: 'Runs'},
    ],
    rows: statuses.map((status) => [
      status.instanceId,
      yesNoCell(status.online),
      status.version,
      status.osType,
      status.lastHeartbeatTime,
      status.lastInvokedTime,
      status.activeTaskCount ?? undefined,
      status.invocationCount ?? undefined,
    ]),
    empty: 'No instances.',
  }
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
