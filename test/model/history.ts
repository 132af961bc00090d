import {expireUndelivered} from '../../src/lib/server/maintenance/expire.ts'
import {giveUpLost} from '../../src/lib/server/maintenance/give-up.ts'
import {pruneAll} from '../../src/lib/server/maintenance/prune.ts'
import {type Asked, ask} from './accepted.ts'
import {addModelAgent, type ModelAgent} from './agent.ts'
import {type Checks, createChecks} from './checks.ts'
import {type Engine, openWorld, type World} from './world.ts'

export interface History {
  seed: number
  steps: number
}

interface Model {
  world: World
  asked: Asked[]
  agents: ModelAgent[]
  checks: Checks
}

/**
 * Random calls, reports, faults and deaths, and after each a look at what must hold. The same seed does the same again.
 * @throws Error with the seed and the last steps.
 */
export async function runHistory({seed, steps}: History, engine: Engine): Promise<void> {
  const world = await openWorld(engine, seed)
  const done: string[] = []
  try {
    const [asked, agents]: [Asked[], ModelAgent[]] = [[], []]
    const model = {world, asked, agents, checks: createChecks(world, {asked, agents})}
    for (const account of ['a', 'a', 'b']) agents.push(await addModelAgent(world, account, world.pick(2) === 0))
    for (let step = 0; step < steps; step += 1) {
      const operation = choose(world)
      done.push(operation.name)
      await operation.act(model)
      await model.checks.look()
    }
    done.push('settle')
    await settle(model)
    await model.checks.settled()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`MODEL_SEED=${seed}: ${reason}\n  after ${done.length} steps: … ${done.slice(-12).join(', ')}`, {
      cause: error,
    })
  } finally {
    await world.close()
  }
}

interface Operation {
  name: string
  weight: number
  act(model: Model): Promise<void>
}

const OPERATIONS: readonly Operation[] = [
  {name: 'run', weight: 10, act: (model) => run(model, false)},
  {name: 'schedule', weight: 3, act: (model) => run(model, true)},
  {
    name: 'ask again',
    weight: 5,
    act: async ({world, asked}) => {
      const one = asked[world.pick(asked.length)]
      if (one && !one.isRefused) await ask(world, one)
    },
  },
  {
    name: 'stop',
    weight: 3,
    act: async ({world, asked}) => {
      const one = asked[world.pick(asked.length)]
      if (one?.invokeId !== undefined) await stop(world, one)
    },
  },
  {
    name: 'stop of another',
    weight: 1,
    act: async ({world, asked}) => {
      const one = asked[world.pick(asked.length)]
      if (one?.invokeId === undefined) return
      const answer = await world.call(one.account === 'a' ? 'b' : 'a', 'StopInvocation', {InvokeId: one.invokeId})
      if (answer?.status === 200) throw new Error('another account may stop it')
    },
  },
  {name: 'fetch', weight: 14, act: (model) => withAgent(model, (agent) => fetch(model, agent))},
  {name: 'print', weight: 14, act: (model) => withRun(model, (agent, one) => agent.print(one, model.world.luck()))},
  {
    name: 'finish',
    weight: 6,
    act: (model) => withRun(model, async (agent, one) => agent.finish(one, model.world.pick(3))),
  },
  {
    name: 'flush',
    weight: 12,
    act: (model) =>
      withAgent(
        model,
        (agent) => agent.flush(model.world.luck()),
        ({outbox}) => outbox.length > 0,
      ),
  },
  {
    name: 'fire',
    weight: 5,
    act: (model) =>
      withAgent(
        model,
        async (agent) => {
          const [taskId] = agent.schedules
          if (taskId !== undefined) agent.fire(taskId)
        },
        ({schedules}) => schedules.size > 0,
      ),
  },
  {
    name: 'report for another',
    weight: 1,
    act: (model) =>
      withAgent(model, async ({agent, account}) => {
        const one = model.asked.find((other) => other.account !== account && other.invokeId !== undefined)
        if (!one) return
        const status = await agent.report('finish', {taskId: String(one.invokeId), start: 1, end: 2, exitCode: 0})
        if (status === 200) throw new Error("an agent may report on another's task")
      }),
  },
  {
    name: 'register',
    weight: 1,
    act: async ({world, agents}) => {
      world.mendDisk()
      if (agents.length < 6)
        agents.push(await addModelAgent(world, world.pick(2) === 0 ? 'a' : 'b', world.pick(2) === 0))
    },
  },
  {
    name: 'deregister',
    weight: 1,
    act: async ({world, agents}) => {
      const one = agents[world.pick(agents.length)]
      if (!one || one.isGone || agents.filter(({isGone}) => !isGone).length < 3) return
      const {agent, account} = one
      await world.call(account, 'DeregisterManagedInstance', {InstanceId: agent.instanceId}, world.luck())
    },
  },
  {name: 'agent dies', weight: 1, act: (model) => withAgent(model, async (agent) => agent.die())},
  {name: 'server dies', weight: 2, act: ({world}) => world.restart()},
  {name: 'disk full', weight: 2, act: async ({world}) => world.breakDisk('full', 1 + world.pick(4))},
  {name: 'disk torn', weight: 2, act: async ({world}) => world.breakDisk('torn', 1 + world.pick(3))},
  {name: 'seconds pass', weight: 8, act: (model) => pass(model, 1 + model.world.pick(5000))},
  {name: 'minutes pass', weight: 1, act: (model) => pass(model, 61_000 + model.world.pick(240_000))},
]

const WEIGHTS = OPERATIONS.reduce((sum, {weight}) => sum + weight, 0)

function choose({pick}: World): Operation {
  let left = pick(WEIGHTS)
  for (const operation of OPERATIONS) {
    left -= operation.weight
    if (left < 0) return operation
  }
  throw new Error('the weights do not add up')
}

async function run({world, asked, agents}: Model, isSchedule: boolean): Promise<void> {
  const account = world.pick(3) === 0 ? 'b' : 'a'
  const own = agents.filter((agent) => agent.account === account)
  const instances = own.filter(() => world.pick(2) === 0).map(({agent}) => agent.instanceId)
  if (instances.length === 0) return
  const token = `token-${asked.length}`
  const timing: Asked['parameters'] = isSchedule
    ? {RepeatMode: 'Period', Frequency: 'rate(5m)', Timeout: '60'}
    : {Timeout: world.pick(4) === 0 ? '60' : '3600'}
  const parameters = {Type: 'RunShellScript', CommandContent: 'true', Name: token, InstanceId: instances, ...timing}
  const one = {account, token, parameters, isSchedule, isRefused: false, isStopped: false, mayBeStopped: false}
  asked.push(one)
  await ask(world, one)
}

async function stop(world: World, one: Asked): Promise<void> {
  one.mayBeStopped = true
  const answer = await world.call(one.account, 'StopInvocation', {InvokeId: String(one.invokeId)}, world.luck())
  if (answer?.status === 200) one.isStopped = true
}

/** One of those that are there, and for which there is something to do. */
async function withAgent(
  {world, agents}: Model,
  act: (agent: ModelAgent) => Promise<void>,
  isMeant: (agent: ModelAgent) => boolean = () => true,
): Promise<void> {
  const able = agents.filter((agent) => !agent.isGone && isMeant(agent))
  const agent = able[world.pick(able.length)]
  if (agent) await act(agent)
}

async function withRun(
  model: Model,
  act: (agent: ModelAgent, run: ModelAgent['runs'][number]) => Promise<void>,
): Promise<void> {
  const running = (agent: ModelAgent) => agent.runs.filter(({end}) => !end)
  await withAgent(
    model,
    async (agent) => {
      const mine = running(agent)
      const one = mine[model.world.pick(mine.length)]
      if (one) await act(agent, one)
    },
    (agent) => running(agent).length > 0,
  )
}

async function fetch({world, checks}: Model, agent: ModelAgent): Promise<void> {
  const told = await agent.fetch(world.luck())
  if (told)
    checks.offered(
      agent,
      told.run.filter((taskId) => !told.stop.includes(taskId)),
    )
}

/** Maintenance looks after each; a disk that is broken then costs it that look. */
async function pass({world}: Model, ms: number): Promise<void> {
  world.clock.nowMs += ms
  const {deps} = world.face
  for (const duty of [expireUndelivered, giveUpLost]) await duty(deps).catch(() => {})
  await pruneAll(deps, new AbortController().signal).catch(() => {})
}

/** Everything that is due is told, and time passes until nothing is. */
async function settle(model: Model): Promise<void> {
  const {world, asked, agents} = model
  world.mendDisk()
  const calm: Model = {...model, world: {...world, luck: () => 'good'}}
  for (const one of asked) if (!one.isRefused) await ask(calm.world, one)
  for (const one of asked) if (one.isSchedule && one.invokeId !== undefined) await stop(calm.world, one)
  for (let round = 0; round < 12 && (round < 2 || (await isAnythingOpen(world))); round += 1) {
    for (const agent of agents.filter(({isGone}) => !isGone)) {
      await fetch(calm, agent)
      for (const one of agent.runs) if (!one.end) agent.finish(one, 0)
      for (let left = agent.outbox.length; left > 0; left -= 1) await agent.flush('good')
    }
    await pass(calm, 600_000)
    await model.checks.look()
  }
}

async function isAnythingOpen({face}: World): Promise<boolean> {
  return (
    (await face.deps.db.read.selectFrom('tasks').select('open').where('open', '=', 1).limit(1).execute()).length > 0
  )
}
