// Prints the speed of the main job beside its alternatives, measured in the same run. Medians; ratios count, absolute times drift.
import {spawnSync} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {build} from 'esbuild'
import {startSsh} from './ssh.js'
import {median, percentile, table} from './statistics.js'

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 21)
const home = mkdtempSync(join(tmpdir(), 'assist-bench-'))
const env = {PATH: process.env.PATH, HOME: home, ASSIST_HOME: join(home, 'assist'), LANG: 'C.UTF-8'}
const assist = (...args) => [process.execPath, ['bin/run.js', ...args]]
const ssh = await startSsh(home)

try {
  must(assist('local', 'up'))
  console.log(wholeProcesses())
  console.log(await inside('run-latency'))
  console.log(await inside('agent-latency'))
} finally {
  must(assist('local', 'down'))
  ssh?.stop()
  rmSync(home, {recursive: true, force: true})
}

function wholeProcesses() {
  const cases = {
    'node -e 0': [process.execPath, ['-e', '0']],
    'assist --version': assist('--version'),
    'assist run --help': assist('run', '--help'),
    'assist describe-commands --profile local': assist('describe-commands', '--profile', 'local'),
    "assist run --profile local 'echo 123'": assist('run', '--profile', 'local', 'echo 123'),
    ...(ssh ? {"ssh localhost 'echo 123' (keys)": ['ssh', ssh.args('echo 123')]} : {}),
  }
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
  return table(['whole process', 'median ms', 'of node -e 0'], rows)
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
