import {execFile} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {type RunningServer, startServer} from '../../../src/lib/server/main.ts'
import {createAccessKey} from '../../../src/lib/server/store/calls/access-keys.ts'
import type {TestKey} from '../../support/rpc-client.ts'
import {sharedDatabase} from '../../support/test-database.ts'

export const REGION = 'cn-test'

export interface ControlPlane {
  server: RunningServer
  key: TestKey
  /** Host and port. */
  address: string
  addInstances(count: number, prefix: string): Promise<string[]>
  close(): Promise<void>
}

/** A real server on a port of its own, with an access key and as many machines as a test says. */
export async function startControlPlane(): Promise<ControlPlane> {
  const dataDir = mkdtempSync(join(tmpdir(), 'assist-clients-'))
  const silent = {info: () => {}, warn: () => {}, error: () => {}}
  const server = await startServer({
    ...{dataDir, host: '127.0.0.1', port: 0, log: silent},
    database: await sharedDatabase(),
  })
  const {db} = server.deps
  const nowMs = Date.now()
  const key = await db.write((tx) => createAccessKey(tx, server.deps, {accountId: '1000', description: '', nowMs}))
  return {
    server,
    key,
    address: `127.0.0.1:${server.port}`,
    addInstances: async (count, prefix) => {
      const ids = Array.from({length: count}, (_, index) => `${prefix}${index}`)
      const row = {
        account_id: '1000',
        region_id: REGION,
        name: 'machine',
        activation_id: 'activation-1',
        machine_id: 'machine',
        public_key: '',
        strong: 1 as const,
        hostname: 'host',
        intranet_ip: '10.0.0.1',
        internet_ip: '198.51.100.1',
        os_type: 'linux',
        os_version: 'Debian 12',
        agent_version: '2.2.3.999',
        slots: 10,
        resource_group_id: '',
        invocation_count: 0,
        last_invoked_at_ms: nowMs,
        last_seen_at_ms: nowMs,
        registered_at_ms: nowMs,
        deregistered_at_ms: 0,
      }
      await db.write((tx) =>
        tx
          .insertInto('instances')
          .values(ids.map((instance_id) => ({...row, instance_id})))
          .execute(),
      )
      return ids
    },
    close: async () => {
      await server.close()
      rmSync(dataDir, {recursive: true, force: true})
    },
  }
}

/** Runs a client's program; what it prints. The secret goes by the environment. @throws Error with its standard error. */
export async function runClient(
  program: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const {PATH = '', HOME = ''} = process.env
  const options = {env: {PATH, HOME, ...environment}, timeout: 60_000}
  return (await promisify(execFile)(program, [...words], options)).stdout.trim()
}
