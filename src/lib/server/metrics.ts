import {Counter, Gauge, Registry} from 'prom-client'
import type {ServerDeps} from './deps.ts'

export interface Metrics {
  countRequest(face: 'rpc' | 'agent' | 'unread', status: number): void
  /** Prometheus text: counts only, no ids. */
  render(): Promise<{contentType: string; text: string}>
}

export function createMetrics(deps: ServerDeps): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Counter({
    name: 'assist_requests_total',
    help: 'Answered requests.',
    labelNames: ['face', 'status'],
    registers,
  })
  new Gauge({
    name: 'assist_connected_agents',
    help: 'Agents with an open kick connection to this process.',
    registers,
    collect() {
      this.set(deps.kicker.connectedCount())
    },
  })
  new Gauge({
    name: 'assist_open_tasks',
    help: 'Tasks that are not finished.',
    labelNames: ['state'],
    registers,
    async collect() {
      this.reset()
      for (const {state, count} of await countOpenTasks(deps)) this.set({state}, Number(count))
    },
  })
  new Gauge({
    name: 'assist_clock_jump_seconds',
    help: 'By how much the clock of this machine has jumped; other than 0, nothing old is deleted.',
    registers,
    collect() {
      this.set(deps.clockWatch.jumpMs() / 1000)
    },
  })
  new Gauge({
    name: 'assist_resident_memory_bytes',
    help: 'Memory of this process.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss())
    },
  })
  return {
    countRequest: (face, status) => requests.inc({face, status}),
    render: async () => ({contentType: registry.contentType, text: await registry.metrics()}),
  }
}

async function countOpenTasks(deps: ServerDeps) {
  return deps.db.read
    .selectFrom('tasks')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
    .where('open', '=', 1)
    .groupBy('state')
    .execute()
}
