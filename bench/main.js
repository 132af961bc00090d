// Prints the speed of the main job beside its alternatives, measured in the same run. Medians; ratios count, absolute times drift.
import {execFileSync, spawnSync} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {build} from 'esbuild'
import {startSsh} from './ssh.js'
import {median, percentile, table} from './statistics.js'

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 21)
const home = mkdtempSync(join(tmpdir(), 'assist-bench-'))
const env = {PATH: process.env.PATH, HOME: home, ASSIST_HOME: join(home, 'assist'), LANG: 'C.UTF-8'}
/** Further binaries of Node, separated by colons. */
const NODES = [process.execPath, ...(process.env.BENCH_NODES ?? '').split(':').filter(Boolean)]
const assistOn =
  (node) =>
  (...args) => [node, ['bin/run.js', ...args]]
const assist = assistOn(process.execPath)
const ssh = await startSsh(home)

try {
  must(assist('local', 'up'))
  for (const node of NODES) console.log(wholeProcesses(node))
  if (!process.env.BENCH_WHOLE_ONLY) console.log(await inside('run-latency'))
  if (!process.env.BENCH_WHOLE_ONLY) console.log(await inside('agent-latency'))
} finally {
  must(assist('local', 'down'))
  ssh?.stop()
  rmSync(home, {recursive: true, force: true})
}

function wholeProcesses(node) {
  const on = assistOn(node)
  const version = execFileSync(node, ['--version'], {encoding: 'utf8'}).trim()
  const cases = {
    'node -e 0': [node, ['-e', '0']],
    'assist --version': on('--version'),
    'assist --help': on('--help'),
    'assist help': on('help'),
    'assist run --help': on('run', '--help'),
    "assist cron '0 30 21 * * *'": on('cron', '0 30 21 * * *'),
    'assist configure list': on('configure', 'list'),
    'assist local status': on('local', 'status'),
    'assist describe-commands --profile local': on('describe-commands', '--profile', 'local'),
    "assist run --profile local 'echo 123'": on('run', '--profile', 'local', 'echo 123'),
    ...(ssh && {
      "ssh localhost 'echo 123'": ['ssh', ssh.args('echo 123')],
      "ssh localhost 'echo 123', ControlMaster": ['ssh', ssh.sharedArgs('echo 123')],
    }),
  }
  for (const command of Object.values(cases)) must(command)
  const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, command] of Object.entries(cases)) {
      const started = performance.now()
      must(command)
      times[name].push(performance.now() - started)
    }
  }
  const base = median(times['node -e 0'])
  const rows = Object.entries(times).map(([name, all]) => [
    name,
    median(all).toFixed(1),
    `${(median(all) / base).toFixed(2)}x`,
  ])
  return table([`whole process, Node ${version}`, 'median ms', 'of node -e 0'], rows)
}

/** Bundles a part that reaches into the sources, and runs it in a process of its own. */
async function inside(name) {
  const outfile = join(home, `${name}.mjs`)
  await build({
    entryPoints: [`bench/${name}.ts`],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['libsql'],
    logLevel: 'warning',
    banner: {js: "import {createRequire} from 'node:module';const require=createRequire(import.meta.url);"},
  })
  const result = spawnSync(process.execPath, [outfile], {
    env: {...env, BENCH_BIN: join(process.cwd(), 'bin/run.js')},
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const measured = JSON.parse(result.stdout || '{}')
  const rows = Object.entries(measured).map(([what, all]) => [
    what,
    median(all).toFixed(2),
    percentile(all, 99).toFixed(2),
    all.length,
  ])
  return table([name, 'p50 ms', 'p99 ms', 'n'], rows)
}

function must([command, args]) {
  const {status, stderr} = spawnSync(command, args, {env, encoding: 'utf8'})
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`)
}
