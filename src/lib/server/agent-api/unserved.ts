import {AGENT_PATHS} from '../../protocol/agent/paths.ts'
import {answer} from './answer.ts'
import type {AgentRoute} from './call.ts'

/** What official agents ask for in passing and we have nothing to say about. Source: agent-protocol, 3.6–3.11 and 13. */
const ANSWERS: ReadonlyArray<readonly [path: string, fields: Readonly<Record<string, unknown>>]> = [
  [AGENT_PATHS.sessionStatus, {}],
  [AGENT_PATHS.metrics, {}],
  [AGENT_PATHS.clientReport, {}],
  // Only the string "true" would lead agents to their serial port.
  [AGENT_PATHS.gshell, {gshellSupport: 'false'}],
  [AGENT_PATHS.updateCheck, {need_update: 0}],
  [AGENT_PATHS.pluginList, {pluginList: []}],
  [AGENT_PATHS.pluginReport, {}],
  [AGENT_PATHS.pluginUpdateCheck, {plugin: []}],
  // This code makes agents ask once a day only; an answer without it would lead them into a nil pointer.
  [AGENT_PATHS.stateConfigurations, {errCode: 'ServiceNotSupported', errMsg: ''}],
  [AGENT_PATHS.template, {errCode: 'ServiceNotSupported', errMsg: ''}],
  [AGENT_PATHS.stateReport, {errCode: 'ServiceNotSupported', errMsg: ''}],
  [AGENT_PATHS.inventory, {errCode: 'ServiceNotSupported', errMsg: ''}],
]

export const unserved: readonly AgentRoute[] = ANSWERS.map(([path, fields]) => ({
  method: 'POST',
  path,
  auth: 'instance',
  handle: async () => answer(fields),
}))
