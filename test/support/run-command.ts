import fs from 'node:fs'
import {syncBuiltinESMExports} from 'node:module'
import type {Command} from '@oclif/core'
import {vi} from 'vitest'
import type {Connection} from '../../src/lib/cli/connect/connect.ts'
import type {EcsClient} from '../../src/lib/ecs/client.ts'

export interface RanCommand {
  stdout: string
  stderr: string
  code: number
}

type CommandClass = new (argv: string[], config: Command['config']) => Command & {run(): Promise<unknown>}

/** Runs a command class in this process, with a service of the test's own instead of a connection. */
export async function runCommand(
  commandClass: unknown,
  argv: readonly string[],
  service: Partial<Connection> & {ecs?: EcsClient} = {},
): Promise<RanCommand> {
  const base = commandClass as CommandClass & {
    run(argv: string[], config: Command['config']): Promise<unknown>
  }
  class Probe extends (base as new (argv: string[], config: Command['config']) => object) {
    protected async connect(): Promise<Connection> {
      if (!service.ecs) throw new Error('connected, though nothing was to be sent')
      return {profile: 'test', region: 'cn-hangzhou', localInstanceId: undefined, ...service, ecs: service.ecs}
    }
  }
  const [out, err]: [Buffer[], Buffer[]] = [[], []]
  const catching = (into: Buffer[]) => (data: string | Uint8Array) => {
    into.push(Buffer.from(data as string))
    return true
  }
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(catching(out) as never),
    vi.spyOn(process.stderr, 'write').mockImplementation(catching(err) as never),
  ]
  const release = catchDescriptors(
    new Map([
      [1, out],
      [2, err],
    ]),
  )
  const before = process.exitCode
  process.exitCode = 0
  try {
    await (Probe as unknown as typeof base).run([...argv], SLIM as never)
    return {stdout: text(out), stderr: text(err), code: Number(process.exitCode)}
  } finally {
    release()
    for (const spy of spies) spy.mockRestore()
    process.exitCode = before ?? 0
  }
}

/** What is written to these descriptors past the streams of Node. @returns what ends that */
function catchDescriptors(into: ReadonlyMap<number, Buffer[]>): () => void {
  const writeSync = fs.writeSync
  fs.writeSync = ((descriptor: number, data: string | Uint8Array, ...rest: never[]) => {
    const chunks = into.get(descriptor)
    if (chunks === undefined) return writeSync(descriptor, data as Uint8Array, ...rest)
    chunks.push(Buffer.from(data as string))
    return Buffer.byteLength(data)
  }) as typeof writeSync
  syncBuiltinESMExports()
  return () => {
    fs.writeSync = writeSync
    syncBuiltinESMExports()
  }
}

const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString()

/** What a command asks of oclif's configuration. */
const SLIM = {
  root: '/nowhere',
  pjson: {name: 'aliyun-assist', version: '0.0.0', oclif: {bin: 'assist'}},
  name: 'aliyun-assist',
  version: '0.0.0',
  bin: 'assist',
  topicSeparator: ' ',
  runHook: async () => ({successes: [], failures: []}),
  scopedEnvVar: () => undefined,
  scopedEnvVarKey: (key: string) => `ASSIST_${key}`,
  scopedEnvVarKeys: (key: string) => [`ASSIST_${key}`],
  scopedEnvVarTrue: () => false,
  findCommand: () => undefined,
}
