import {describeAgentStatus} from '../../ecs/api/instances.ts'
import type {EcsClient} from '../../ecs/client.ts'
import {TARGETS} from '../../protocol/ecs/parameters/targets.ts'
import {hostLabels} from '../../view/run/host-labels.ts'

/** The first second may show that all are there; a machine that has just gone is known to be offline a little later. */
const LOOKS_MS = [1000, 4000]
/** More will be told of when their time is up. */
const MOST_ASKED = TARGETS.status.items
const MOST_NAMED = 5

interface Host {
  instanceId: string
  name: string
}

/**
 * Soon after the start names those that can't have heard of it, which would otherwise be known only when their time is up, and those that
 * will hear of it when they next ask by themselves.
 */
export function createOfflineNamer(deps: {
  ecs: EcsClient
  say(text: string): void
  /** When to look, from the start on. */
  looksMs?: readonly number[]
}): {
  started(hosts: readonly Host[]): void
  changed(results: ReadonlyArray<{instanceId: string; status: string}>): void
  end(): void
} {
  const waiting = new Map<string, Host>()
  const named = new Set<string>()
  let timers: NodeJS.Timeout[] = []
  const look = async (): Promise<void> => {
    const instanceIds = [...waiting.keys()].filter((id) => !named.has(id)).slice(0, MOST_ASKED)
    if (instanceIds.length === 0) return
    const {items} = await describeAgentStatus(deps.ecs, {instanceIds}, MOST_ASKED)
    name(
      items.filter(({online}) => !online),
      offlineLine,
    )
    name(
      items.filter(({online, kickChannel}) => online && kickChannel === 'Down'),
      deafLine,
    )
  }
  const name = (found: ReadonlyArray<{instanceId: string}>, line: (hosts: readonly Host[]) => string): void => {
    const hosts = found.flatMap(({instanceId}) => waiting.get(instanceId) ?? [])
    for (const {instanceId} of hosts) named.add(instanceId)
    if (hosts.length > 0) deps.say(line(hosts))
  }
  return {
    started: (hosts) => {
      for (const host of hosts) waiting.set(host.instanceId, host)
      // It is only news: without an answer nothing is said.
      timers = (deps.looksMs ?? LOOKS_MS).map((ms) => setTimeout(() => void look().catch(() => {}), ms).unref())
    },
    changed: (results) => {
      for (const {instanceId, status} of results) if (status !== 'Pending') waiting.delete(instanceId)
    },
    end: () => {
      for (const timer of timers) clearTimeout(timer)
      waiting.clear()
    },
  }
}

function offlineLine(hosts: readonly Host[]): string {
  const [verb, whom] = hosts.length === 1 ? ['is', 'it'] : ['are', 'them']
  return `${namesOf(hosts)} ${verb} offline; the service waits a while for ${whom}`
}

/** Online by heart-beats alone: nothing can wake it. Servers of the cloud tell nothing of their channels. */
function deafLine(hosts: readonly Host[]): string {
  const [is, has, it] = hosts.length === 1 ? ['is', 'has', 'it'] : ['are', 'have', 'they']
  return `${namesOf(hosts)} ${is} online but ${has} no open channel; ${it} may start late (up to 30 minutes)`
}

function namesOf(hosts: readonly Host[]): string {
  const labels = [...hostLabels(hosts).values()]
  const more = labels.length - MOST_NAMED
  return `${labels.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
