import {existsSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {isRecord, text, whole} from '../core/json.ts'
import {isScheduled} from '../protocol/repeat.ts'
import {nextRun} from '../schedule/next.ts'
import {parseWireSchedule} from '../schedule/wire.ts'
import {readSealed} from './state/files.ts'
import {isAlive, readLock} from './state/lock.ts'
import {NAMES} from './state/names.ts'
import {isRunKey, roundOf, taskIdOf} from './tasks/run-key.ts'
import {type Kept, readMissed, readShelf} from './tasks/shelf.ts'

/** What can be told from an agent's folder, whether it runs or not. */
export interface AgentStatus {
  /** undefined: not registered. */
  instanceId: string | undefined
  regionId: string | undefined
  serverUrl: string | undefined
  /** Of the agent that holds the folder, or held it last. */
  pid: number | undefined
  alive: boolean
  running: Array<{taskId: string; startedMs: number}>
  schedules: Array<{taskId: string; expression: string; nextRunMs: number | undefined}>
  /** Runs that have ended and that the server does not know about yet. */
  unreportedResults: number
  /** Rounds of schedules that were passed over, ever. */
  missedRounds: number
}

/** `spareDir`: where the agent keeps what its disk takes no more, if there is such a folder. */
export function readStatus(
  stateDir: string,
  here: {bootId: string; zone: string; nowMs: number; spareDir?: string | undefined},
): AgentStatus {
  const identity = tryRead(join(stateDir, NAMES.identityFacts))
  const folders = here.spareDir === undefined ? [stateDir] : [stateDir, here.spareDir]
  const locks = folders.flatMap((folder) => readLock(folder) ?? [])
  const lock = locks.find((one) => isAlive(one, here.bootId)) ?? locks[0]
  const runs = folders.flatMap((folder) =>
    names(folder, NAMES.started)
      .filter(isRunKey)
      .map((key) => readRun(folder, key)),
  )
  const kept = existsSync(join(stateDir, NAMES.schedules)) ? readShelf(stateDir) : []
  return {
    instanceId: text(identity.instanceId) || undefined,
    regionId: text(identity.regionId) || undefined,
    serverUrl: lock?.serverUrl ?? (text(identity.serverUrl) || undefined),
    pid: lock?.pid,
    alive: lock !== undefined && isAlive(lock, here.bootId),
    running: runs.filter(({ended}) => !ended).map(({taskId, startedMs}) => ({taskId, startedMs})),
    schedules: kept.map((one) => describe(one, lastRound(stateDir, one.task.id), here)),
    unreportedResults: runs.filter(({ended}) => ended).length,
    missedRounds: readMissed(stateDir),
  }
}

function readRun(stateDir: string, key: string): {taskId: string; startedMs: number; ended: boolean} {
  const record = tryRead(join(stateDir, NAMES.started, key))
  const ended = existsSync(join(stateDir, NAMES.runs, text(record.folder), 'final'))
  return {taskId: taskIdOf(key), startedMs: whole(record.startMs) ?? 0, ended}
}

function describe({task}: Kept, doneMs: number, here: {zone: string; nowMs: number}) {
  const {id: taskId, expression} = task
  if (!isScheduled(task.repeat)) return {taskId, expression: task.repeat, nextRunMs: undefined}
  try {
    const schedule = parseWireSchedule(task.repeat as 'Period' | 'Rate' | 'At', expression)
    const afterMs = Math.max(here.nowMs, doneMs)
    return {taskId, expression, nextRunMs: nextRun(schedule, {afterMs, originMs: task.createdMs, zone: here.zone})}
  } catch {
    return {taskId, expression, nextRunMs: undefined}
  }
}

function lastRound(stateDir: string, taskId: string): number {
  const rounds = [...names(stateDir, NAMES.started), ...names(stateDir, NAMES.rounds)]
    .filter((key) => taskIdOf(key) === taskId)
    .map((key) => roundOf(key) ?? 0)
  return Math.max(0, ...rounds)
}

function names(stateDir: string, folder: string): string[] {
  try {
    return readdirSync(join(stateDir, folder))
  } catch {
    return []
  }
}

function tryRead(path: string): Readonly<Record<string, unknown>> {
  try {
    const value = readSealed(path)
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}
