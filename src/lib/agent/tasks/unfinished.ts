import {readdirSync, rmSync, statSync} from 'node:fs'
import {join} from 'node:path'
import type {Logger} from '../../core/log.ts'
import {INTERRUPTED} from '../../protocol/agent/reports.ts'
import {quarantine, readSealed} from '../state/files.ts'
import {decodeRecord, type FinalReport, type Journal, type RunRecord} from './journal.ts'
import {isRunKey, taskIdOf} from './run-key.ts'

/** Runs that an earlier agent has started and not seen through, with their final report if they have one. */
export function findUnfinished(stateDir: string, journal: Journal, log: Logger) {
  const unread = new Set<string>()
  const found: Array<{record: RunRecord; final: FinalReport | undefined}> = []
  for (const key of readdirSync(join(stateDir, 'started'))) {
    const path = join(stateDir, 'started', key)
    if (!isRunKey(key)) {
      log.warn('a foreign file was moved to quarantine', {file: path})
      quarantine(stateDir, path)
      continue
    }
    journal.noteRound(key)
    try {
      const record = readRecord(stateDir, journal, key, log)
      found.push({record, final: readFinal(stateDir, journal, record, log)})
    } catch (error) {
      // It stays where it is, so the run is not started again; the others are not to suffer from it.
      log.error('what an earlier agent left of a run cannot be read', {run: key, reason: (error as Error).message})
      unread.add(key)
    }
  }
  if (unread.size === 0) removeForgotten(stateDir, new Set(found.map(({record}) => journal.folderOf(record))))
  return found
}

/** Nobody knows how it went on, so nobody may guess, and nobody may start it again. */
export function interruptedReport(record: RunRecord, nowMs: number): FinalReport {
  return {
    report: {
      kind: 'error',
      taskId: record.taskId,
      invokeVersion: record.invokeVersion,
      startMs: record.startMs,
      endMs: Math.max(nowMs, record.startMs),
      exitCode: 0,
      dropped: 0,
      offset: undefined,
      errCode: INTERRUPTED,
      errDesc: 'The agent ended while the script was running; how the script ended is unknown.',
    },
    body: '',
  }
}

/** A damaged marker still names its run: the damaged file goes to quarantine and a new marker takes its place. */
function readRecord(stateDir: string, journal: Journal, key: string, log: Logger): RunRecord {
  const path = join(stateDir, 'started', key)
  try {
    const value = readSealed(path)
    return decodeRecord(key, value)
  } catch (error) {
    log.error('a damaged marker was moved to quarantine', {file: path, reason: (error as Error).message})
    const startMs = Math.floor(statSync(path).mtimeMs)
    quarantine(stateDir, path)
    const record = {key, taskId: taskIdOf(key), invokeVersion: 0, startMs, bootId: '', folder: ''}
    journal.begin(record)
    return record
  }
}

function readFinal(stateDir: string, journal: Journal, record: RunRecord, log: Logger): FinalReport | undefined {
  try {
    return journal.finalOf(record)
  } catch (error) {
    const file = join(journal.folderOf(record), 'final')
    log.error('a damaged report was moved to quarantine', {file, reason: (error as Error).message})
    quarantine(stateDir, file)
    return undefined
  }
}

/** Folders that were made ahead or belong to runs the server knows the end of. */
function removeForgotten(stateDir: string, needed: ReadonlySet<string>): void {
  for (const name of readdirSync(join(stateDir, 'runs'))) {
    const folder = join(stateDir, 'runs', name)
    if (!needed.has(folder)) rmSync(folder, {recursive: true, force: true})
  }
}
