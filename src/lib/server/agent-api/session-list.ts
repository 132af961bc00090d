import {AGENT_PATHS} from '../../protocol/agent/paths.ts'
import {answer} from './answer.ts'
import type {AgentRoute} from './call.ts'
import {emptyList} from './task-list.ts'

/** There are no sessions here yet. */
export const sessionList: AgentRoute = {
  method: 'POST',
  path: AGENT_PATHS.sessionList,
  auth: 'instance',
  handle: async (_deps, call) => answer({...emptyList(call.instance.instance_id)}),
}
