import {readFileSync} from 'node:fs'
import {type Json, parseRecord, text, whole} from '../../core/json.ts'
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
  const file = readFile(planeFile)
  const mark = decodeMark(file)
  if (!mark || !isRunning(mark) || typeof file?.url !== 'string') return undefined
  return {
    ...mark,
    url: file.url,
    instanceId: text(file.instanceId),
    startedAtMs: whole(file.startedAtMs) ?? 0,
    version: text(file.version),
  }
}

/** The process that serves, or is about to; undefined when there is none. */
export function readPlaneProcess(files: LocalFiles): ProcessMark | undefined {
  const plane = readLocalPlane(files)
  if (plane) return plane
  const holder = decodeMark(readFile(files.lockFile))
  return holder && isRunning(holder) ? holder : undefined
}

/** @throws AssistError (config) when others could have read it. */
export function readLocalKey({keyFile}: LocalFiles): LocalKey | undefined {
  const file = parseRecord(readPrivateFile(keyFile) ?? '')
  const [accessKeyId, accessKeySecret] = [text(file?.accessKeyId), text(file?.accessKeySecret)]
  return accessKeyId && accessKeySecret ? {accessKeyId, accessKeySecret} : undefined
}

function readFile(path: string): Json | undefined {
  try {
    return parseRecord(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

function decodeMark(file: Json | undefined): ProcessMark | undefined {
  const pid = whole(file?.pid)
  return pid === undefined || typeof file?.started !== 'string' ? undefined : {pid, started: file.started}
}
