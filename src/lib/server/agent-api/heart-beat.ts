import {holdsControls} from '../../core/quote.ts'
import {type HeartBeatResponse, reconnectSpreadMs} from '../../protocol/agent/heart-beat.ts'
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
    await see(deps, call, toldOf(call.query))
    const work = await findOpenWork(deps.db.read, call.instance)
    const response: HeartBeatResponse = {
      code: 200,
      instanceId: call.instance.instance_id,
      nextInterval: NEXT_INTERVAL_MS,
      newTasks: work !== undefined,
      // Official agents get what the service would tell them, and nothing else.
      ...(call.instance.strong === 1 && {
        reconnectSpreadMs: reconnectSpreadMs(deps.kicker.connectedInstances().length),
      }),
    }
    return answer({...response})
  },
}

/** What could steer the terminal of whoever looks at it is passed over: the beat is none the worse for it. */
function toldOf(query: URLSearchParams): Seen {
  const [osVersion, osType, version] = ['os_version', 'os_type', 'app_version'].map((name) => {
    const told = (query.get(name) ?? '').trim().slice(0, 200)
    return holdsControls(told) ? '' : told
  })
  return {
    ...(osVersion && {os_version: osVersion}),
    ...(osType && {os_type: osType}),
    ...(version && {agent_version: version}),
  }
}
