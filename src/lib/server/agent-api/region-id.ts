import {AGENT_PATHS} from '../../protocol/agent/paths.ts'
import type {AgentRoute} from './call.ts'

/** Only agents without a registration ask. */
export const regionId: AgentRoute = {
  method: 'GET',
  path: AGENT_PATHS.classicRegionId,
  auth: 'none',
  handle: async (deps) => new Response(deps.regions[0] ?? 'local'),
}
