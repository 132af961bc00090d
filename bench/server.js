// Prints what the control plane does and costs: simulated agents in one process, callers in another, beside a server that does nothing.
import {execFileSync, spawnSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {bundle, cpuMs, createKey, freePort, rssMiB, startBare, startPart, startServer} from './server/processes.js'
import {median, percentile, table} from './statistics.js'

const isLong = process.argv.includes('--long')
const only = process.argv
  .find((arg) => arg.startsWith('--only='))
  ?.slice('--only='.length)
  .split(',')
const wants = (part) => only === undefined || only.includes(part)
const NODE = process.env.BENCH_NODE ?? process.execPath
const ROUNDS = isLong ? 5 : 3
const LOAD_MS = isLong ? 10_000 : 5000
const BARE_MS = 2000
const CALLERS = 64
const RUNNING_AGENTS = 200
const CONNECTED_AGENTS = isLong ? 5000 : 1000
const PAGE_ROUNDS = 5
const PAGES_AT_ONCE = 10
const FLEET = {instances: 100, calls: isLong ? 100 : 20}

const home = mkdtempSync(join(tmpdir(), 'assist-bench-'))
/** Where the bundled parts find the packages that they leave out. */
const code = mkdtempSync(join('node_modules', '.bench-'))
const dataDir = join(home, 'data')
const parts = []
const rows = []
const say = (what, value, note = '') => {
  rows.push([what, value, note])
  process.stderr.write(`${what}: ${value} ${note}\n`)
}

try {
  await main()
} finally {
  for (const part of parts.reverse()) await part.stop()
  for (const folder of [home, code]) rmSync(folder, {recursive: true, force: true})
}

async function main() {
  const files = {}
  for (const name of ['agents', 'callers', 'commits', 'fill']) files[name] = await bundle(name, code)
  mkdirSync(dataDir, {mode: 0o700})
  const key = createKey(dataDir)
  const place = {
    node: NODE,
    dataDir,
    port: await freePort(),
    logFile: join(home, 'log'),
    profileDir: process.env.BENCH_PROFILE,
  }
  let server = await startServer(place)
  parts.push({stop: () => server.stop()})
  const bare = keep(await startBare())
  const agents = keep(startPart(files.agents))
  const callers = keep(startPart(files.callers))
  await callers.tell('start', {url: server.url, key})
  const activationFor = async (count) => {
    const answer = await callers.tell('call', {action: 'CreateActivation', parameters: {InstanceCount: count}})
    return {id: answer.ActivationId, code: answer.ActivationCode}
  }
  const registerAgents = async (count) => {
    const ids = []
    let ms = 0
    for (let left = count; left > 0; left -= 1000) {
      const activation = await activationFor(Math.min(1000, left))
      const done = await agents.tell('register', {url: server.url, count: Math.min(1000, left), activation})
      ids.push(...done.ids)
      ms += done.ms
    }
    return {ids, ms}
  }

  const version = execFileSync(NODE, ['--version'], {encoding: 'utf8'}).trim()
  process.stderr.write(`server on Node ${version}\n`)
  const {ids} = await registerAgents(RUNNING_AGENTS)
  await agents.tell('connect')
  const bareCosts = []
  const measureBare = async () => {
    const before = cpuMs(bare.pid)
    const {requests, ms} = await callers.tell('bare', {url: bare.url, ms: BARE_MS, connections: CALLERS})
    const cost = {perSec: (requests * 1000) / ms, cpuUs: ((cpuMs(bare.pid) - before) * 1000) / requests}
    bareCosts.push(cost)
    return cost
  }
  const bareUs = () => median(bareCosts.map(({cpuUs}) => cpuUs))
  await measureBare()
  bareCosts.pop()

  if (wants('runs')) await measureRuns()
  if (wants('fleet')) await measureFleet()
  if (wants('agents')) await measureAgents()
  if (wants('pages')) await measurePages()
  console.log(table([`server on Node ${version}`, 'measured', ''], rows))

  async function measureRuns() {
    const commits = []
    const loads = []
    for (let round = 0; round < ROUNDS; round++) {
      const {stdout} = spawnSync(NODE, [files.commits, join(home, `commits-${round}.db`)], {encoding: 'utf8'})
      const done = JSON.parse(stdout)
      commits.push((done.commits * 1000) / done.ms)
      await measureBare()
      const [before, agentsBefore, callersBefore] = [server, agents, callers].map(({pid}) => cpuMs(pid))
      const load = await callers.tell('load', {ms: LOAD_MS, callers: CALLERS, instanceIds: ids})
      loads.push({
        perSec: (load.runs * 1000) / load.ms,
        cpuMs: (cpuMs(server.pid) - before) / load.runs,
        agentsMs: (cpuMs(agents.pid) - agentsBefore) / load.runs,
        callersMs: (cpuMs(callers.pid) - callersBefore) / load.runs,
      })
    }
    const perSec = median(loads.map((load) => load.perSec))
    const perRunMs = median(loads.map((load) => load.cpuMs))
    say(
      'bare HTTP requests/s',
      median(bareCosts.map((cost) => cost.perSec)).toFixed(0),
      `${bareUs().toFixed(0)} µs CPU each`,
    )
    say('durable commits/s, one after the other', median(commits).toFixed(0))
    say(
      `durable runs/s, ${CALLERS} callers`,
      perSec.toFixed(0),
      `rounds: ${loads.map((load) => load.perSec.toFixed(0)).join(', ')}`,
    )
    say('server CPU per run', `${perRunMs.toFixed(2)} ms`, `${((perRunMs * 1000) / bareUs()).toFixed(0)} bare requests`)
    say(
      'CPU of the simulated agents and callers per run',
      `${median(loads.map((load) => load.agentsMs)).toFixed(2)} and ${median(loads.map((load) => load.callersMs)).toFixed(2)} ms`,
    )
    const {times} = await callers.tell('paced', {ms: LOAD_MS, perSec: perSec / 2, instanceIds: ids})
    say(
      'submit to final at half that load',
      `p50 ${percentile(times, 50).toFixed(1)} ms`,
      `p99 ${percentile(times, 99).toFixed(1)} ms`,
    )
  }

  async function measureFleet() {
    const before = await agents.tell('counts')
    const cpuBefore = cpuMs(server.pid)
    const {ms} = await callers.tell('fleet', {calls: FLEET.calls, instanceIds: ids.slice(0, FLEET.instances)})
    const after = await agents.tell('counts')
    const runs = FLEET.calls * FLEET.instances
    say(
      `${FLEET.calls} calls to ${FLEET.instances} instances`,
      `${(ms / 1000).toFixed(1)} s`,
      `${((runs * 1000) / ms).toFixed(0)} runs/s`,
    )
    say('server CPU per run of these', `${((cpuMs(server.pid) - cpuBefore) / runs).toFixed(2)} ms`)
    say('offers, of them repeated', after.offers - before.offers, `${after.repeats - before.repeats} repeated`)
    say('fetches', after.fetches - before.fetches)
  }

  async function measureAgents() {
    if (bareCosts.length === 0) await measureBare()
    const more = CONNECTED_AGENTS - RUNNING_AGENTS
    const {ms} = await registerAgents(more)
    say(`${more} agents register`, `${((more * 1000) / ms).toFixed(0)}/s`)
    const connected = await agents.tell('connect')
    say('and connect', `${((more * 1000) / connected.ms).toFixed(0)}/s`)
    say(`RSS with ${CONNECTED_AGENTS} agents connected`, `${rssMiB(server.pid).toFixed(0)} MiB`)
    // The first tells what is new of each agent.
    await agents.tell('beat', {rounds: 1})
    const costs = []
    for (let round = 0; round < ROUNDS; round++) {
      await measureBare()
      const before = cpuMs(server.pid)
      const {beats} = await agents.tell('beat', {rounds: 2})
      costs.push(((cpuMs(server.pid) - before) * 1000) / beats)
    }
    say(
      'server CPU per heart-beat',
      `${median(costs).toFixed(0)} µs`,
      `${(median(costs) / bareUs()).toFixed(1)} bare requests`,
    )
    say('RSS after the heart-beats', `${rssMiB(server.pid).toFixed(0)} MiB`)
    const back = agents.tell('reconnected')
    await server.stop()
    server = await startServer(place)
    const {ms: backMs, missing} = await back
    const counts = await agents.tell('counts')
    say(
      `${CONNECTED_AGENTS} agents back after a restart`,
      `${(backMs / 1000).toFixed(1)} s`,
      `${counts.handshakeTimeouts} handshake time-outs, ${counts.failedTries} tries refused, ${missing} missing`,
    )
  }

  async function measurePages() {
    const queries = pageQueries(ids)
    const sizes = [1000, isLong ? 1_000_000 : 30_000]
    const measured = []
    for (const size of sizes) {
      const folder = join(home, `filled-${size}`)
      mkdirSync(folder, {mode: 0o700})
      const account = createKey(folder)
      execFileSync(NODE, [files.fill, join(folder, 'assist.db'), String(size), 'main', ...ids.slice(0, 100)], {
        stdio: 'inherit',
      })
      const filled = await startServer({...place, dataDir: folder, port: await freePort(), profileDir: undefined})
      parts.push(filled)
      const looker = keep(startPart(files.callers))
      await looker.tell('start', {url: filled.url, key: account})
      await looker.tell('pages', {queries, rounds: 3})
      measured.push({looker, pid: filled.pid, times: queries.map(() => []), costs: queries.map(() => [])})
    }
    // Side by side, so that a busy moment slows both; by CPU too, which the clock of the process tells only roughly.
    for (let round = 0; round < PAGE_ROUNDS; round++) {
      for (const [query, one] of queries.entries()) {
        for (const {looker, pid, times, costs} of measured) {
          const before = cpuMs(pid)
          const [some] = await looker.tell('pages', {queries: [one], rounds: PAGES_AT_ONCE})
          times[query].push(...some)
          costs[query].push((cpuMs(pid) - before) / PAGES_AT_ONCE)
        }
      }
    }
    for (const [index, {name}] of queries.entries()) {
      const [few, many] = measured.map(({times, costs}) => ({times: times[index], cost: mean(costs[index])}))
      say(
        `page of ${sizes.join(' and ')} runs: ${name}`,
        `CPU ${few.cost.toFixed(1)} → ${many.cost.toFixed(1)} ms, ${(many.cost / few.cost).toFixed(2)}x`,
        `p50 ${median(many.times).toFixed(1)}, p99 ${percentile(many.times, 99).toFixed(1)} ms`,
      )
    }
  }
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function keep(part) {
  parts.push(part)
  return part
}

/** What people and tools ask for, by the most common filters. */
function pageQueries([instanceId]) {
  const invocations = (name, parameters) => ({name: `invocations ${name}`, action: 'DescribeInvocations', parameters})
  const results = (name, parameters) => ({name: `results ${name}`, action: 'DescribeInvocationResults', parameters})
  return [
    invocations('', {PageNumber: 1, PageSize: 50}),
    invocations('by token', {MaxResults: 50}),
    invocations('page 200', {PageNumber: 200, PageSize: 50}),
    invocations('Running', {InvokeStatus: 'Running', PageNumber: 1, PageSize: 50}),
    invocations('Failed', {InvokeStatus: 'Failed', PageNumber: 1, PageSize: 50}),
    invocations('by InstanceId', {InstanceId: instanceId, PageNumber: 1, PageSize: 50}),
    invocations('by InstanceId, Running', {
      InstanceId: instanceId,
      InvokeStatus: 'Running',
      PageNumber: 1,
      PageSize: 50,
    }),
    invocations('by CommandName', {CommandName: 'job-3', PageNumber: 1, PageSize: 50}),
    invocations('Timed', {Timed: true, PageNumber: 1, PageSize: 50}),
    invocations('by Tag', {Tag: [{Key: 'team', Value: 'web'}], PageNumber: 1, PageSize: 50}),
    results('', {PageNumber: 1, PageSize: 50}),
    results('page 200', {PageNumber: 200, PageSize: 50}),
    results('Running', {InvokeRecordStatus: 'Running', PageNumber: 1, PageSize: 50}),
    results('Failed', {InvokeRecordStatus: 'Failed', PageNumber: 1, PageSize: 50}),
    results('by CommandId', {CommandId: 'c-fill3', PageNumber: 1, PageSize: 50}),
    results('by InstanceId', {InstanceId: instanceId, PageNumber: 1, PageSize: 50}),
    results('by InvokeId', {InvokeId: 't-fill7', PageNumber: 1, PageSize: 50}),
  ]
}
