import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'

export const PROJECT = resolve(import.meta.dirname, '../..')
const BIN = join(PROJECT, 'bin/run.js')

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  /** stdout as bytes, for what is not text. */
  bytes: Buffer
}

export interface Running {
  process: ChildProcess
  pid: number
  stdout(): string
  stderr(): string
  ended: Promise<Ended>
  /** Resolves with the match once stderr or stdout contains it. Rejects when the process ends before. */
  seen(pattern: RegExp): Promise<RegExpMatchArray>
}

export interface AssistOptions {
  home: string
  env?: Record<string, string>
  input?: string | Buffer
  cwd?: string
  bin?: string
}

/** Starts the built CLI as a person would, with a home of its own and nothing of the outside environment. */
export function startAssist(args: readonly string[], options: AssistOptions): Running {
  const child = spawn(process.execPath, [options.bin ?? BIN, ...args], {
    cwd: options.cwd ?? options.home,
    env: {
      PATH: process.env.PATH,
      HOME: options.home,
      ASSIST_HOME: options.home,
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      ...options.env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  const stdout = (): string => Buffer.concat(out).toString()
  const stderr = (): string => Buffer.concat(err).toString()
  const ended = once(child, 'close').then(([code, signal]): Ended => {
    return {code, signal, stdout: stdout(), stderr: stderr(), bytes: Buffer.concat(out)}
  })
  const seen = (pattern: RegExp): Promise<RegExpMatchArray> =>
    new Promise((found, failed) => {
      const look = (): void => {
        const match = pattern.exec(stderr()) ?? pattern.exec(stdout())
        if (match) found(match)
      }
      child.stdout.on('data', look)
      child.stderr.on('data', look)
      ended.then((end) => failed(new Error(`ended (${end.code}) before ${pattern}: ${end.stdout}${end.stderr}`)))
      look()
    })
  return {process: child, pid: child.pid ?? 0, stdout, stderr, ended, seen}
}

export function assist(args: readonly string[], options: AssistOptions): Promise<Ended> {
  return startAssist(args, options).ended
}

/** An empty folder that is gone after the test. */
export function tempFolder(): {path: string; remove(): void} {
  const path = mkdtempSync(join(tmpdir(), 'assist-test-'))
  return {path, remove: () => rmSync(path, {recursive: true, force: true})}
}
