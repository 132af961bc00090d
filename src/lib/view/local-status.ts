import {formatDuration} from '../core/duration.ts'
import type {View} from './form/render.ts'

/** What `local status` tells. */
export interface LocalStatus {
  running: boolean
  pid: number | undefined
  url: string | undefined
  instanceId: string | undefined
  startedAt: string | undefined
  uptimeSec: number | undefined
  version: string | undefined
  dataFolder: string
  logFile: string
}

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
