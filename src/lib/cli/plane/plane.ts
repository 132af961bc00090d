import {findPaths} from '../../../config/paths.ts'
import {systemClock} from '../../system/clock.ts'
import type {LocalStatus} from '../../view/local-status.ts'
import {type LocalFiles, localFiles} from './files.ts'
import {type LocalPlane, readLocalPlane} from './state.ts'
import {resetLocalPlane, stopLocalPlane} from './stop.ts'

export function localStatus(environment: NodeJS.ProcessEnv): LocalStatus {
  const files = filesOf(environment)
  return describe(readLocalPlane(files), files)
}

/** Starts it unless it runs. */
export async function localUp(
  environment: NodeJS.ProcessEnv,
  program: string,
  notice: (text: string) => void,
): Promise<LocalStatus> {
  const files = filesOf(environment)
  const {ensureLocalPlane} = await import('./start.ts')
  const plane = await ensureLocalPlane(files, {clock: systemClock, environment, program, notice})
  return describe(plane, files)
}

/** True when one was running. */
export async function localDown(environment: NodeJS.ProcessEnv): Promise<boolean> {
  return (await stopLocalPlane(filesOf(environment), systemClock)) !== undefined
}

export async function localReset(environment: NodeJS.ProcessEnv): Promise<void> {
  await resetLocalPlane(filesOf(environment), systemClock)
}

function filesOf(environment: NodeJS.ProcessEnv): LocalFiles {
  return localFiles(findPaths(environment))
}

function describe(plane: LocalPlane | undefined, files: LocalFiles): LocalStatus {
  return {
    running: plane !== undefined,
    pid: plane?.pid,
    url: plane?.url,
    instanceId: plane?.instanceId,
    startedAt: plane && new Date(plane.startedAtMs).toISOString(),
    uptimeSec: plane && Math.round((systemClock.now() - plane.startedAtMs) / 1000),
    version: plane?.version,
    dataFolder: files.folder,
    logFile: files.logFile,
  }
}
