import {readFileSync} from 'node:fs'
import {isRunning, type ProcessMark} from '../../disk/process-mark.ts'
import {readPrivateFile} from '../../disk/read-private-file.ts'
import type {LocalFiles} from './files.ts'

/** The running control plane of this machine, as `local serve` wrote it down. */
export interface LocalPlane extends ProcessMark {
  url: string
  instanceId: string
  startedAtMs: number
  version: string
}

export interface LocalKey {
  accessKeyId: string
  accessKeySecret: string
}

/** The plane that runs, or undefined. A file left behind by one that died counts as none. */
export function readLocalPlane({planeFile}: LocalFiles): LocalPlane | undefined {
  const plane = readJson(planeFile) as LocalPlane | undefined
  return plane && typeof plane.url === 'string' && isRunning(plane) ? plane : undefined
}

/** The process that serves, or is about to; undefined when there is none. */
export function readPlaneProcess(files: LocalFiles): ProcessMark | undefined {
  const plane = readLocalPlane(files)
  if (plane) return plane
  const holder = readJson(files.lockFile) as ProcessMark | undefined
  return holder && typeof holder.started === 'string' && isRunning(holder) ? holder : undefined
}

/** @throws AssistError (config) when others could have read it. */
export function readLocalKey({keyFile}: LocalFiles): LocalKey | undefined {
  const text = readPrivateFile(keyFile)
  if (text === undefined) return undefined
  const {accessKeyId, accessKeySecret} = (parse(text) ?? {}) as Partial<LocalKey>
  return accessKeyId && accessKeySecret ? {accessKeyId, accessKeySecret} : undefined
}

function readJson(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
