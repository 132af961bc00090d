import {rmSync, statSync} from 'node:fs'
import {join} from 'node:path'
import type {Logger} from '../../core/log.ts'
import {systemReason} from '../../core/system-reason.ts'
import {namesIn, quarantine, readSealed} from '../state/files.ts'
import {NAMES} from '../state/names.ts'
import type {Journal} from './journal.ts'
import {isRunKey, taskIdOf} from './run-key.ts'
import {decodeRecord, type FinalReport, type RunRecord} from './stored.ts'

/** Runs that an earlier agent has started and not seen through, with their final report if they have one. */
export function findUnfinished(stateDir: string, journal: Journal, log: Logger) {
  const unread = new Set<string>()
  const found: Array<{record: RunRecord; final: FinalReport | undefined}> = []
  for (const key of namesIn(join(stateDir, NAMES.started))) {
    const path = join(stateDir, NAMES.started, key)
    if (!isRunKey(key)) {
      log.warn('a foreign file was moved to quarantine', {file: path})
      putAside(stateDir, path, log)
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
  if (unread.size === 0) removeForgotten(stateDir, new Set(found.map(({record}) => journal.folderOf(record))), log)
  return found
}

/** A damaged marker still names its run: the damaged file goes to quarantine and a new marker takes its place. */
function readRecord(stateDir: string, journal: Journal, key: string, log: Logger): RunRecord {
  const path = join(stateDir, NAMES.started, key)
  try {
    return decodeRecord(readSealed(path), key)
  } catch (error) {
    log.error('a damaged marker was moved to quarantine', {file: path, reason: (error as Error).message})
    const startMs = Math.floor(statSync(path).mtimeMs)
    putAside(stateDir, path, log)
    const record = {key, taskId: taskIdOf(key), invokeVersion: 0, startMs, bootId: '', folder: ''}
    replaceMarker(journal, record, log)
    return record
  }
}

function readFinal(stateDir: string, journal: Journal, record: RunRecord, log: Logger): FinalReport | undefined {
  try {
    return journal.finalOf(record)
  } catch (error) {
    const file = join(journal.folderOf(record), 'final')
    log.error('a damaged report was moved to quarantine', {file, reason: (error as Error).message})
    putAside(stateDir, file, log)
    return undefined
  }
}

/** On a disk that takes nothing more the run is reported all the same; the next agent meets the quarantined marker no more. */
function replaceMarker(journal: Journal, record: RunRecord, log: Logger): void {
  try {
    journal.begin(record)
  } catch (error) {
    log.error('a marker could not be written anew', {run: record.key, reason: systemReason(error) ?? String(error)})
  }
}

/** What cannot even be moved stays, and is met again by the next agent. */
function putAside(stateDir: string, path: string, log: Logger): void {
  try {
    quarantine(stateDir, path)
  } catch (error) {
    log.error('a file could not be moved to quarantine', {file: path, reason: systemReason(error) ?? String(error)})
  }
}

/** Folders that were made ahead or belong to runs the server knows the end of. */
function removeForgotten(stateDir: string, needed: ReadonlySet<string>, log: Logger): void {
  for (const name of namesIn(join(stateDir, NAMES.runs))) {
    const folder = join(stateDir, NAMES.runs, name)
    if (!needed.has(folder)) removeQuietly(folder, log)
  }
}

function removeQuietly(folder: string, log: Logger): void {
  try {
    rmSync(folder, {recursive: true, force: true})
  } catch (error) {
    log.warn('a folder could not be removed', {folder, reason: systemReason(error) ?? String(error)})
  }
}
