import type {TaskRow} from '../../src/lib/server/store/schema.ts'
import type {Asked} from './accepted.ts'
import type {ModelAgent} from './agent.ts'
import type {World} from './world.ts'

export interface Checks {
  /** What the server handed to an agent. */
  offered(agent: ModelAgent, taskIds: readonly string[]): void
  /** Looks at every task: none is lost, none that was over goes on, none ends twice. */
  look(): Promise<void>
  /** When everything has been told and time has passed: every task is over, as its agent told it, with its whole output. */
  settled(): Promise<void>
}

export function createChecks(world: World, model: {asked: Asked[]; agents: ModelAgent[]}): Checks {
  const ended = new Map<string, TaskRow>()
  const inferred = new Set<string>()
  const {asked, agents} = model
  const byId = (taskId: string): Asked | undefined => asked.find(({invokeId}) => invokeId === taskId)

  async function look(): Promise<void> {
    const {read} = world.face.deps.db
    const rows = await read.selectFrom('tasks').selectAll().execute()
    const open = new Set(rows.map((row) => row.invoke_id))
    for (const {invokeId, token} of asked) {
      if (invokeId !== undefined && !open.has(invokeId))
        throw new Error(`${token} was accepted as ${invokeId} and is lost`)
    }
    for (const row of rows) {
      const name = `${row.invoke_id} on ${row.instance_id}`
      if (row.inferred === 1) inferred.add(name)
      const before = ended.get(name)
      if (row.open === 0 && row.inferred === 0) ended.set(name, row)
      if (before === undefined) continue
      // A schedule that is stopped once more is sent to its agent again; its state stays.
      if (before.state !== row.state || before.error_code !== row.error_code || before.open !== row.open) {
        throw new Error(`${name} was ${told(before)} and is ${told(row)}`)
      }
    }
    const doubles = await read
      .selectFrom('invocations')
      .select(['command_name', (eb) => eb.fn.countAll().as('count')])
      .groupBy('command_name')
      .having((eb) => eb.fn.countAll(), '>', 1)
      .execute()
    if (doubles.length > 0) throw new Error(`accepted twice: ${JSON.stringify(doubles)}`)
  }

  return {
    look,
    offered: (agent, taskIds) => {
      for (const taskId of taskIds) {
        const one = byId(taskId)
        const name = `${taskId} on ${agent.agent.instanceId}`
        const {InstanceId: instances = []} = one?.parameters ?? {}
        if (one && (one.account !== agent.account || !instances.includes(agent.agent.instanceId)))
          throw new Error(`${name}: it is another's`)
        if (one?.isStopped) throw new Error(`${name}: offered after it was stopped`)
        if (ended.has(name)) throw new Error(`${name}: offered after it had ended`)
        const run = agent.runs.find((mine) => mine.taskId === taskId)
        if (one && !one.isSchedule && run?.isKnown) throw new Error(`${name}: offered after its start was told`)
      }
    },
    settled: async () => {
      await look()
      const {read} = world.face.deps.db
      const rows = await read.selectFrom('tasks').selectAll().execute()
      for (const row of rows) {
        if (row.open === 1) throw new Error(`${row.invoke_id} on ${row.instance_id} is ${row.state} for ever`)
      }
      for (const {agent, outbox} of agents.filter(({isGone}) => !isGone)) {
        if (outbox.length > 0)
          throw new Error(`${agent.instanceId}: ${outbox[0]?.kind} on ${outbox[0]?.taskId} is refused for ever`)
      }
      for (const one of asked) await checkAnswer(one)
      for (const agent of agents) for (const run of agent.runs) await checkRun(agent, run)
    },
  }

  /** As its caller sees it, and as nobody else does. */
  async function checkAnswer({account, invokeId, parameters}: Asked): Promise<void> {
    if (invokeId === undefined) return
    const own = await world.call(account, 'DescribeInvocations', {InvokeId: invokeId})
    const [found] = own?.body.Invocations.Invocation ?? []
    const instances = found?.InvokeInstances.InvokeInstance.map((item: {InstanceId: string}) => item.InstanceId) ?? []
    const wanted = parameters.InstanceId as string[]
    if ([...instances].sort().join() !== [...wanted].sort().join()) {
      throw new Error(`${invokeId} is on ${instances} instead of ${wanted}`)
    }
    const other = await world.call(account === 'a' ? 'b' : 'a', 'DescribeInvocations', {InvokeId: invokeId})
    if (other?.body.Invocations?.Invocation.length > 0) throw new Error(`${invokeId} is shown to another account`)
  }

  async function checkRun({agent}: ModelAgent, run: ModelAgent['runs'][number]): Promise<void> {
    const name = `${run.taskId} on ${agent.instanceId}`
    if (!run.isTold || !run.end || inferred.has(name)) return
    const rows = await world.face.deps.db.read
      .selectFrom('results')
      .selectAll()
      .where('invoke_id', '=', run.taskId)
      .where('instance_id', '=', agent.instanceId)
      .execute()
    const one = byId(run.taskId)
    if (one && !one.isSchedule && rows.length > 1) throw new Error(`${name} has ${rows.length} results`)
    const result = rows.find((row) => Number(row.start_ms) === run.startMs)
    // What was stopped or taken away while its agent was silent has ended otherwise.
    if (!one || one.mayBeStopped || !result) {
      if (one && !one.mayBeStopped && !one.isSchedule) throw new Error(`${name}: no result`)
      return
    }
    const printed = Buffer.from(result.output).toString()
    if (printed !== run.printed || Number(result.dropped) !== 0) {
      throw new Error(`${name} printed ${JSON.stringify(run.printed)}, kept is ${JSON.stringify(printed)}`)
    }
    const {how, exitCode} = run.end
    if (how === 'finish' && result.exit_code !== exitCode)
      throw new Error(`${name} ended with ${exitCode}, kept is ${result.exit_code}`)
  }
}

function told({state, error_code, open}: TaskRow): string {
  return `${state} ${error_code} ${open === 1 ? '(open)' : ''}`.trim()
}
