import {escapeControls} from '../../core/quote.ts'
import type {View} from '../form/render.ts'

interface AgentHere {
  instanceId: string | null | undefined
  alive: boolean
  pid?: number | null | undefined
  serverUrl: string | null | undefined
  running: readonly unknown[]
  schedules: readonly unknown[]
  unreportedResults: number
  missedRounds: number
  stateDir: string
}

/** The agent of this machine. */
export function agentHereView(status: AgentHere): View {
  return {
    vertical: true,
    columns: [
      {key: 'instanceId', label: 'Instance'},
      {key: 'alive', label: 'Agent'},
      {key: 'serverUrl', label: 'Server'},
      {key: 'running', label: 'Running'},
      {key: 'schedules', label: 'Schedules'},
      {key: 'unreportedResults', label: 'Unreported'},
      {key: 'missedRounds', label: 'Missed rounds'},
      {key: 'stateDir', label: 'Folder'},
    ],
    rows: [
      [
        status.instanceId ?? {text: 'not registered', tone: 'dim'},
        status.alive ? {text: `running (pid ${status.pid})`, tone: 'good'} : {text: 'not running', tone: 'dim'},
        status.serverUrl ?? {text: '', inTable: 'none; to join one: assist agent register', tone: 'dim'},
        status.running.length,
        status.schedules.length,
        status.unreportedResults,
        status.missedRounds,
        status.stateDir,
      ],
    ],
  }
}

interface RegisteredAgent {
  instanceId: string
  name: string | undefined
  server: string
  stateDir: string
}

export function registeredAgentView(registered: RegisteredAgent): View {
  return {
    vertical: true,
    columns: [
      {key: 'instanceId', label: 'Instance'},
      {key: 'server', label: 'Server'},
      {key: 'stateDir', label: 'Folder'},
      {key: 'name', label: 'Name'},
    ],
    rows: [[registered.instanceId, registered.server, registered.stateDir, registered.name]],
  }
}

/** What whoever asked for a name must know when another one counts; undefined when theirs does. */
export function otherNameLine({instanceId, name}: RegisteredAgent, asked: string | undefined): string | undefined {
  if (asked === undefined || name === undefined || name === asked) return undefined
  const shown = escapeControls(name, {keepLineBreaks: false})
  return `It is called ${shown}: a name in the activation beats --name. To change it: assist modify-managed-instance ${instanceId} --name ${asked}`
}
