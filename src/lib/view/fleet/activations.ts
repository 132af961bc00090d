import type {CreatedActivation} from '../../actions/fleet/create-activation.ts'
import type {Activation} from '../../ecs/api/activations.ts'
import type {View} from '../form/render.ts'
import {tagsCell, timeCell, yesNoCell} from '../form/tones.ts'

export function activationsView(activations: readonly Activation[]): View {
  return {
    columns: [
      {key: 'activationId', label: 'Activation'},
      {key: 'instanceName', label: 'Name'},
      {key: 'registeredCount', label: 'Registered'},
      {key: 'instanceCount', label: 'Of'},
      {key: 'timeToLiveHours', label: 'Hours', isExtra: true},
      {key: 'disabled', label: 'Disabled'},
      {key: 'ipAddressRange', label: 'From', isExtra: true},
      {key: 'creationTime', label: 'Created'},
      {key: 'description', label: 'Description', isExtra: true},
      {key: 'tags', label: 'Tags', isExtra: true},
    ],
    rows: activations.map((activation) => [
      activation.activationId,
      activation.instanceName,
      activation.registeredCount ?? undefined,
      activation.instanceCount ?? undefined,
      activation.timeToLiveHours ?? undefined,
      yesNoCell(activation.disabled),
      activation.ipAddressRange,
      timeCell(activation.creationTime),
      activation.description,
      tagsCell(activation.tags),
    ]),
    empty: 'No activations.',
  }
}

export function createdActivationView(created: CreatedActivation): View {
  return {
    columns: [
      {key: 'activationId', label: 'Activation'},
      {key: 'activationCode', label: 'Code (shown once)'},
      {key: 'registerCommand', label: 'On the machine'},
      {key: 'officialCommand', label: 'With the official agent'},
    ],
    rows: [
      [created.activationId, created.activationCode, created.registerCommand, created.officialCommand || NO_HTTPS],
    ],
    vertical: true,
  }
}

const NO_HTTPS = 'It speaks https only: start the server with --tls-cert and --tls-key.'
