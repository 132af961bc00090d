import {describeAgentStatus} from '../../ecs/api/instances.ts'
import type {EcsClient} from '../../ecs/client.ts'
import {TARGETS} from '../../protocol/ecs/parameters/targets.ts'
import {hostLabels} from '../../view/run/host-labels.ts'

const FIRST_LOOK_MS = 1000
/** More will be told of when their time is up. */
const MOST_ASKED = TARGETS.status.items
const MOST_NAMED = 5

interface Host {
  instanceId: string
  name: string
}

/** Soon after the start names those that can't have heard of it, because they are offline or can't be woken, which would otherwise be known only when their time is up. */
export function createOfflineNamer(deps: {
  ecs: EcsClient
  say(text: string): void
  /** The first second may show that all are there. */
  afterMs?: number
}): {
  started(hosts: readonly Host[]): void
  changed(results: ReadonlyArray<{instanceId: string; status: string}>): void
  end(): void
} {
  const waiting = new Map<string, Host>()
  let timer: NodeJS.Timeout | undefined
  const look = async (): Promise<void> => {
    const instanceIds = [...waiting.keys()].slice(0, MOST_ASKED)
    if (instanceIds.length === 0) return
    const {items} = await describeAgentStatus(deps.ecs, {instanceIds}, MOST_ASKED)
    const hosts = (some: typeof items): Host[] => some.flatMap(({instanceId}) => waiting.get(instanceId) ?? [])
    const offline = hosts(items.filter(({online}) => !online))
    // Servers of the cloud tell nothing of their channels.
    const deaf = hosts(items.filter(({online, kickChannel}) => online && kickChannel === 'Down'))
    if (offline.length > 0) deps.say(offlineLine(offline))
    if (deaf.length > 0) deps.say(deafLine(deaf))
  }
  return {
    started: (hosts) => {
      for (const host of hosts) waiting.set(host.instanceId, host)
      // It is only news: without an answer nothing is said.
      timer = setTimeout(() => void look().catch(() => {}), deps.afterMs ?? FIRST_LOOK_MS).unref()
    },
    changed: (results) => {
      for (const {instanceId, status} of results) if (status !== 'Pending') waiting.delete(instanceId)
    },
    end: () => {
      clearTimeout(timer)
      waiting.clear()
    },
  }
}

function offlineLine(hosts: readonly Host[]): string {
  const [verb, whom] = hosts.length === 1 ? ['is', 'it'] : ['are', 'them']
  return `${namesOf(hosts)} ${verb} offline; the service waits a while for ${whom}`
}

function deafLine(hosts: readonly Host[]): string {
  const [whose, asks] = hosts.length === 1 ? ['its', 'it asks'] : ['their', 'they ask']
  return `${namesOf(hosts)} cannot be woken, ${whose} kick channel is down; the service waits a while whether ${asks} for work`
}

function namesOf(hosts: readonly Host[]): string {
  const labels = [...hostLabels(hosts).values()]
  const more = labels.length - MOST_NAMED
  return `${labels.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
