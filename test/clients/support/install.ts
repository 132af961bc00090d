import {spawnSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'

/** Where a client was installed, or why there is none. */
export type Installed = {folder: string} | {skipped: string}

const MOST_MS = 280_000

/** Outside the tree, so that a second run finds it and nobody packs it. */
function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  return join(base, 'aliyun-assist-tests')
}

/**
 * Makes a folder once per content of `pins`, by `fill`. What was begun and not finished is begun anew; a failure is told as a reason to
 * skip, since it mostly means that there is no registry here.
 */
function once(name: string, pins: string, fill: (folder: string) => string | undefined): Installed {
  const folder = join(cacheFolder(), `${name}-${createHash('sha256').update(pins).digest('hex').slice(0, 12)}`)
  if (existsSync(join(folder, '.done'))) return {folder}
  const draft = `${folder}.${process.pid}`
  mkdirSync(draft, {recursive: true})
  const problem = fill(draft)
  if (problem === undefined) {
    writeFileSync(join(draft, '.done'), '')
    rmSync(folder, {recursive: true, force: true})
    renameSync(draft, folder)
    return {folder}
  }
  rmSync(draft, {recursive: true, force: true})
  return {skipped: problem}
}

export function installNpm(name: string, packages: Readonly<Record<string, string>>): Installed {
  return once(name, JSON.stringify(packages), (folder) => {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({private: true, dependencies: packages}))
    return failureOf('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--silent'], folder)
  })
}

/** Into a folder for PYTHONPATH: unlike an environment, it may be moved. */
export function installPython(requirements: string): Installed {
  return once('python', readFileSync(requirements, 'utf8'), (folder) =>
    failureOf('python3', ['-m', 'pip', 'install', '--quiet', '--target', folder, '-r', requirements], folder),
  )
}

/** Builds the program, which fetches the modules that its go.sum names. */
export function buildGo(source: string): Installed {
  const pins = ['go.mod', 'go.sum', 'main.go'].map((file) => readFileSync(join(source, file), 'utf8')).join('\n')
  return once('go', pins, (folder) => failureOf('go', ['build', '-o', join(folder, 'client'), '.'], source))
}

/** `undefined`: it went well. */
function failureOf(program: string, words: string[], cwd: string): string | undefined {
  const ended = spawnSync(program, words, {cwd, encoding: 'utf8', timeout: MOST_MS})
  if (ended.error && 'code' in ended.error && ended.error.code === 'ENOENT') return `there is no ${program} here`
  if (ended.status === 0) return undefined
  const lines = `${ended.stderr}`.trim().split('\n')
  return `${program} ${words[0]} failed: ${lines.at(-1)?.slice(0, 200) ?? ''}`
}
