import {AGENT_PATHS} from '../../protocol/agent/paths.ts'
import {deregisterInstance} from '../store/fleet/instances.ts'
import {answer} from './answer.ts'
import type {AgentRoute} from './call.ts'

export const deregister: AgentRoute = {
  method: 'POST',
  path: AGENT_PATHS.deregister,
  auth: 'instance',
  once: true,
  isActivity: true,
  handle: async (deps, call) => {
    const {instance_id: instanceId, account_id} = call.instance
    const nowMs = deps.clock.now()
    const done = await deps.db.write(async (tx) => {
      const ended = await deregisterInstance(tx, {instanceId, nowMs})
      await tx
        .insertInto('audit')
        .values({
          at_ms: nowMs,
          account_id,
          caller: instanceId,
          action: 'Agent.Deregister',
          targets_json: JSON.stringify([instanceId]),
          request_id: call.requestId,
          source: call.source,
          result: '200',
          script_hash: '',
        })
        .execute()
      return ended
    })
    for (const invokeId of done?.invokeIds ?? []) deps.changes.notify(invokeId)
    deps.kicker.disconnect(instanceId)
    return answer()
  },
}
