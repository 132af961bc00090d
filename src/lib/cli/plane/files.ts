import {join} from 'node:path'
import type {Paths} from '../../../config/paths.ts'

/** What the control plane on this machine keeps; all of it in one folder, which `local reset` removes. */
export interface LocalFiles {
  folder: string
  /** Address and process, while it runs. */
  planeFile: string
  /** Held by the one process that serves. */
  lockFile: string
  keyFile: string
  logFile: string
  serverFolder: string
  agentFolder: string
}

export function localFiles({stateFolder}: Pick<Paths, 'stateFolder'>): LocalFiles {
  const folder = join(stateFolder, 'local')
  return {
    folder,
    planeFile: join(folder, 'plane.json'),
    lockFile: join(folder, 'lock.json'),
    keyFile: join(folder, 'credentials.json'),
    logFile: join(folder, 'plane.log'),
    serverFolder: join(folder, 'server'),
    agentFolder: join(folder, 'agent'),
  }
}
