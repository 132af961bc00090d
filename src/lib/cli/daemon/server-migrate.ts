import {resolve} from 'node:path'
import {type MovedTable, moveStore} from '../../server/store/move-store.ts'
import {randomBytes} from '../../system/random.ts'

/** Moves what a stopped server keeps into a shared database. @throws AssistError (config) */
export function migrateServer(input: {dataDir: string; address: string}): Promise<MovedTable[]> {
  const to = {address: input.address, connections: 2}
  return moveStore({dataDir: resolve(input.dataDir), to}, randomBytes)
}
