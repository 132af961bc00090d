import {AGENT_PATHS} from '../../protocol/agent/paths.ts'
import type {SessionResponse} from '../../protocol/agent/session.ts'
import {AgentRefusal, answer} from './answer.ts'
import type {AgentRoute} from './call.ts'

const MOST_BODY_BYTES = 1024

/**
 * Agrees on a session key with one of our own agents. It stores nothing, and whoever repeats the request cannot read the answer: only the
 * maker of the agent's half can.
 */
export const agree: AgentRoute = {
  method: 'POST',
  path: AGENT_PATHS.agree,
  auth: 'instance',
  bodyLimit: MOST_BODY_BYTES,
  // Else whoever got hold of a session key could have another one for ever.
  byIdentity: true,
  handle: async (_deps, call) => {
    if (call.instance.strong === 0) throw new AgentRefusal(404, 'There is nothing here.')
    const agentKey = readHalf(call.body)
    try {
      const {instance_id: instanceId} = call.instance
      const response: SessionResponse = call.tickets.issue({instanceId, requestId: call.requestId, agentKey})
      return answer({...response})
    } catch {
      throw new AgentRefusal(400, 'publicKey is missing or not valid.')
    }
  },
}

function readHalf(body: Uint8Array): string {
  try {
    const {publicKey} = JSON.parse(Buffer.from(body).toString('utf8')) as {publicKey?: unknown}
    return typeof publicKey === 'string' ? publicKey : ''
  } catch {
    return ''
  }
}
