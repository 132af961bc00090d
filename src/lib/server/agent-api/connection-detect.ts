import {AGENT_PATHS} from '../../protocol/agent/paths.ts'
import type {AgentRoute} from './call.ts'

/** Agents take a host for their server when it answers exactly this. */
export const connectionDetect: AgentRoute = {
  method: 'GET',
  path: AGENT_PATHS.connectionDetect,
  auth: 'none',
  handle: async () => new Response('ok'),
}
