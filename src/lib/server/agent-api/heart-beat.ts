import {holdsControls} from '../../core/quote.ts'
import {decodeHeartBeat, type HeartBeatResponse, reconnectSpreadMs} from '../../protocol/agent/heart-beat.ts'
import {AGENT_PATHS} from '../../protocol/agent/paths.ts'
import type {Seen} from '../store/fleet/instances.ts'
import {findOpenWork} from '../store/runs/open-work.ts'
import {answer} from './answer.ts'
import type {AgentRoute} from './call.ts'
import {see} from './seen.ts'

const NEXT_INTERVAL_MS = 60_000

export const heartBeat: AgentRoute = {
  method: 'GET',
  path: AGENT_PATHS.heartBeat,
  auth: 'instance',
  handle: async (deps, call) => {
    await see(deps, call, toldOf(decodeHeartBeat(call.query)))
    const work = await findOpenWork(deps.db.read, call.instance)
    const response: HeartBeatResponse = {
      code: 200,
      instanceId: call.instance.instance_id,
      nextInterval: NEXT_INTERVAL_MS,
      newTasks: work !== undefined,
      // Official agents get what the service would tell them, and nothing else.
      ...(call.instance.strong === 1 && {
        reconnectSpreadMs: reconnectSpreadMs(deps.kicker.connectedCount()),
      }),
    }
    return answer({...response})
  },
}

/** What could steer the terminal of whoever looks at it is passed over: the beat is none the worse for it. */
function toldOf({osVersion, osType, agentVersion}: ReturnType<typeof decodeHeartBeat>): Seen {
  const isUsable = (told: string): boolean => told !== '' && !holdsControls(told)
  return {
    ...(isUsable(osVersion) && {os_version: osVersion}),
    ...(isUsable(osType) && {os_type: osType}),
    ...(isUsable(agentVersion) && {agent_version: agentVersion}),
  }
}
