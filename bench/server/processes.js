import {execFileSync, fork, spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {join} from 'node:path'
import {build} from 'esbuild'

const TICKS_PER_SEC = 100

/** Bundles a part that reaches into the sources. */
export async function bundle(name, folder) {
  const outfile = join(folder, `${name}.mjs`)
  await build({
    entryPoints: [`bench/server/${name}.ts`],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['libsql', 'node:sqlite'],
    logLevel: 'warning',
    banner: {js: "import {createRequire} from 'node:module';const require=createRequire(import.meta.url);"},
  })
  return outfile
}

/** A process whose actions can be called: `await part.tell('name', input)`. */
export function startPart(file) {
  const child = fork(file, [], {serialization: 'advanced'})
  const waiting = new Map()
  let next = 0
  child.on('message', ({id, result, error}) => {
    const {resolve, reject} = waiting.get(id) ?? {}
    waiting.delete(id)
    if (error === undefined) resolve?.(result)
    else reject?.(new Error(error))
  })
  child.on('exit', (code) => {
    for (const {reject} of waiting.values()) reject(new Error(`${file} ended with ${code}`))
  })
  return {
    pid: child.pid,
    tell: (name, input) =>
      new Promise((resolve, reject) => {
        waiting.set(++next, {resolve, reject})
        child.send({id: next, name, input})
      }),
    stop: () => child.kill(),
  }
}

export async function startBare() {
  const child = fork('bench/server/bare.js')
  const [{port}] = await once(child, 'message')
  return {pid: child.pid, url: `http://127.0.0.1:${port}`, stop: () => child.kill()}
}

/** The product's own server, as a user starts it. */
export async function startServer({node, dataDir, port, logFile, profileDir}) {
  const profiling = profileDir === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profileDir]
  const args = ['bin/run.js', 'server', 'start', '--data-dir', dataDir, '--port', String(port), '--log-file', logFile]
  const child = spawn(node, [...profiling, ...args], {stdio: ['ignore', 'ignore', 'pipe']})
  let said = ''
  const exited = once(child, 'exit')
  await new Promise((resolve, reject) => {
    child.stderr.on('data', (text) => {
      said += text
      if (said.includes('Listening at')) resolve()
    })
    exited.then(() => reject(new Error(`the server did not start: ${said}`)))
  })
  return {
    pid: child.pid,
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.kill('SIGTERM')
      await exited
    },
  }
}

export function createKey(dataDir) {
  const text = execFileSync(
    process.execPath,
    ['bin/run.js', 'server', 'key', 'create', '--data-dir', dataDir, '--json'],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  const {accessKeyId, accessKeySecret} = JSON.parse(text)
  return {accessKeyId, secret: accessKeySecret}
}

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const {port} = server.address()
      server.close(() => resolve(port))
    })
  })
}

/** Of all threads, ms. Only Linux tells. */
export function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SEC
}

export function rssMiB(pid) {
  const line = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(line?.[1] ?? 0) / 1024
}
