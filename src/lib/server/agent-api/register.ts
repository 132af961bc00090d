import {AGENT_PATHS} from '../../protocol/agent/paths.ts'
import type {RegisterResponse} from '../../protocol/agent/register.ts'
import type {ServerDeps} from '../deps.ts'
import type {Guess} from '../guesses.ts'
import {type Registration, registerInstance} from '../store/fleet/register.ts'
import {AgentRefusal, answer} from './answer.ts'
import type {AgentRoute} from './call.ts'
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
    const registration = decodeRegistration(call.body)
    const guess: Guess = {source: call.source, kind: 'Activation', id: registration.activationId}
    const waitMs = call.guesses.waitMs(guess)
    if (waitMs > 0) throw new AgentRefusal(429, 'Too many wrong codes for this activation from here.', waitMs)
    const outcome = await takeRegistration(deps, registration, call.source)
    if ('refused' in outcome) {
      if (outcome.isGuess) await call.guesses.wrong(guess, '403')
      throw new AgentRefusal(403, outcome.refused)
    }
    deps.log.info('instance registered', {instanceId: outcome.instanceId, source: call.source})
    const {instanceId, name: instanceName} = outcome
    const response: RegisterResponse = {
      code: 200,
      instanceId,
      // Only an agent of ours says it.
      ...(registration.strong && {instanceName}),
      assist: true,
    }
    return answer({...response})
  },
}

async function takeRegistration(deps: ServerDeps, registration: Registration, source: string) {
  const {randomBytes} = deps
  return deps.db.write((tx) => registerInstance(tx, {registration, source, randomBytes, nowMs: deps.clock.now()}))
}
