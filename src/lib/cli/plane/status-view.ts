import {formatDuration} from '../../core/duration.ts'
import type {View} from '../../view/form/render.ts'
import type {LocalStatus} from './plane.ts'

export function localStatusView(status: LocalStatus): View {
  if (!status.running) {
    return {
      vertical: true,
      columns: [
        {key: 'state', label: 'Local control plane'},
        {key: 'dataFolder', label: 'Data'},
      ],
      rows: [[{text: 'not running', tone: 'dim'}, status.dataFolder]],
    }
  }
  return {
    vertical: true,
    columns: [
      {key: 'state', label: 'Local control plane'},
      {key: 'pid', label: 'Process'},
      {key: 'uptime', label: 'Up for'},
      {key: 'url', label: 'Address'},
      {key: 'instanceId', label: 'Instance'},
      {key: 'dataFolder', label: 'Data'},
    ],
    rows: [
      [
        {text: 'running', tone: 'good'},
        status.pid,
        formatDuration((status.uptimeSec ?? 0) * 1000 || 1000),
        status.url,
        status.instanceId,
        status.dataFolder,
      ],
    ],
  }
}
