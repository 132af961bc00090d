import {AGENT_PATHS} from '../../protocol/agent/paths.ts'
import type {RegisterResponse} from '../../protocol/agent/register.ts'
import type {ServerDeps} from '../deps.ts'
import {registerInstance} from '../store/fleet/register.ts'
import {AgentRefusal, answer} from './answer.ts'
import type {AgentRoute, OpenCall} from './call.ts'
import {decodeRegistration} from './registration.ts'

const MOST_BODY_BYTES = 64 * 1024

/** Makes an instance of a machine that knows an activation code. Every registration gets an id of its own. */
export const register: AgentRoute = {
  method: 'POST',
  path: AGENT_PATHS.register,
  auth: 'activation',
  bodyLimit: MOST_BODY_BYTES,
  isActivity: true,
  handle: async (deps, call) => {
    const outcome = await takeRegistration(deps, call)
    if ('refused' in outcome) throw new AgentRefusal(403, outcome.refused)
    deps.log.info('instance registered', {instanceId: outcome.instanceId, source: call.source})
    const response: RegisterResponse = {code: 200, instanceId: outcome.instanceId, assist: true}
    return answer({...response})
  },
}

async function takeRegistration(deps: ServerDeps, call: OpenCall) {
  const registration = decodeRegistration(call.body)
  const {randomBytes} = deps
  const {source} = call
  return deps.db.write((tx) => registerInstance(tx, {registration, source, randomBytes, nowMs: deps.clock.now()}))
}
