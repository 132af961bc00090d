import {AGENT_PATHS} from '../../protocol/agent/paths.ts'
import {appendAudit} from '../store/calls/audit.ts'
import {deregisterInstance} from '../store/fleet/instances.ts'
import {answer} from './answer.ts'
import type {AgentRoute} from './call.ts'

export const deregister: AgentRoute = {
  method: 'POST',
  path: AGENT_PATHS.deregister,
  auth: 'instance',
  once: true,
  // The machine forgets its identity only when it hears 200; until then it cannot register anew.
  evenDeregistered: true,
  isActivity: true,
  handle: async (deps, call) => {
    const {instance_id: instanceId, account_id: accountId} = call.instance
    const nowMs = deps.clock.now()
    const done = await deps.db.write(async (tx) => {
      const ended = await deregisterInstance(tx, {instanceId, nowMs})
      await appendAudit(tx, {
        atMs: nowMs,
        accountId,
        caller: instanceId,
        action: 'Agent.Deregister',
        targets: [instanceId],
        requestId: call.requestId,
        source: call.source,
      })
      return ended
    })
    for (const invokeId of done?.invokeIds ?? []) deps.changes.notify(invokeId)
    deps.kicker.disconnect(instanceId)
    return answer()
  },
}
