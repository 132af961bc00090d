import {join} from 'node:path'
import {describe, it} from 'vitest'
import {openPostgres} from '../../src/lib/server/store/postgres/open.ts'
import {parseDatabaseUrl} from '../../src/lib/server/store/postgres/settings.ts'
import {openSqlite} from '../../src/lib/server/store/sqlite/open.ts'
import {tempFolder} from '../support/cli.ts'
import {createFrom} from '../support/postgres.ts'
import {SERVER_VARIABLE, TEMPLATE} from '../support/test-database.ts'
import {runHistory} from './history.ts'
import type {Engine} from './world.ts'

/** One of its own to see it again; how long otherwise. */
const {MODEL_SEED, MODEL_MINUTES = '1', MODEL_STEPS = '120'} = process.env
const LONGEST_MS = Number(MODEL_MINUTES) * 60_000

describe('the control plane and a model of it', () => {
  it(
    'agree on what was accepted, started once, ended once and stopped, whatever dies or gets lost meanwhile (F54)',
    async () => {
      const first = MODEL_SEED === undefined ? Date.now() % 1e9 : Number(MODEL_SEED)
      const endMs = performance.now() + LONGEST_MS
      let histories = 0
      do {
        await runHistory({seed: first + histories, steps: Number(MODEL_STEPS)}, await chooseEngine())
        histories += 1
      } while (MODEL_SEED === undefined && performance.now() < endMs)
      process.stdout.write(`${histories} histories of ${MODEL_STEPS} steps from seed ${first}\n`)
    },
    LONGEST_MS + 120_000,
  )
})

async function chooseEngine(): Promise<Engine> {
  const server = process.env[SERVER_VARIABLE]
  if (server !== undefined) {
    const settings = parseDatabaseUrl(await createFrom(server, TEMPLATE), {})
    return {open: () => openPostgres(settings, {connections: 4}), remove: async () => {}}
  }
  const folder = tempFolder()
  return {open: () => openSqlite(join(folder.path, 'assist.db')), remove: async () => folder.remove()}
}
