import {createHash} from 'node:crypto'
import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {Journal} from '../../../../src/lib/agent/tasks/journal.ts'
import {isRunKey} from '../../../../src/lib/agent/tasks/run-key.ts'
import type {RunRecord} from '../../../../src/lib/agent/tasks/stored.ts'
import {findUnfinished} from '../../../../src/lib/agent/tasks/unfinished.ts'
import {createRecordingLog} from '../../../support/agent-log.ts'

let folder = ''
let journal: Journal
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assist-journal-'))
  journal = new Journal(folder)
})
afterEach(() => {
  journal.close()
  rmSync(folder, {recursive: true, force: true})
})

function record(key: string): RunRecord {
  return {key, taskId: key.split('@')[0] ?? '', invokeVersion: 1, startMs: 5, bootId: 'b', folder: folderNamed(key)}
}

const final = {report: {kind: 'verified' as const, taskId: 't', invokeVersion: 1}, body: 'eA=='}

/** As random names look. */
function folderNamed(key: string): string {
  return createHash('md5').update(key).digest('hex')
}

describe('a journal', () => {
  it('lets a run begin once, also after it has ended and after a restart', async () => {
    expect(journal.begin(record('t-1'))).toBe(true)
    expect(journal.begin(record('t-1'))).toBe(false)
    journal.end(record('t-1'), final)
    await journal.acknowledge(record('t-1'))
    expect(journal.begin(record('t-1'))).toBe(false)
    const later = new Journal(folder)
    expect(later.begin(record('t-1'))).toBe(false)
    expect(later.isTaken('t-1')).toBe(true)
    later.close()
  })

  it('gives back what has begun, with its final report if there is one', () => {
    for (const key of ['t-1', 't-2', 't-3@77']) journal.begin(record(key))
    journal.end(record('t-2'), final)
    const later = new Journal(folder)
    const found = findUnfinished(folder, later, createRecordingLog())
    expect(found.sort((a, b) => a.record.key.localeCompare(b.record.key))).toEqual([
      {record: record('t-1'), final: undefined},
      {record: record('t-2'), final},
      {record: record('t-3@77'), final: undefined},
    ])
    expect(later.lastRound('t-3')).toBe(77)
    later.close()
  })

  it('keeps the newest tombstone of a recurring task, in whichever order they come', async () => {
    for (const key of ['t@5', 't@6', 't@7']) journal.begin(record(key))
    expect(journal.lastRound('t')).toBe(7)
    for (const key of ['t@6', 't@7', 't@5']) await journal.acknowledge(record(key))
    expect(readdirSync(join(folder, 'rounds'))).toEqual(['t@7'])
  })

  it('knows the tombstones of rounds that earlier agents kept with all others, and moves them when there is time', async () => {
    for (const key of ['t@5', 't@6', 'u@boot-1']) writeFileSync(join(folder, 'finished', key), '')
    expect(journal.begin(record('t@6'))).toBe(false)
    expect(journal.isTaken('u@boot-1')).toBe(true)
    expect(journal.isTaken('u@boot-2')).toBe(false)
    await journal.prune(Date.now(), () => true)
    expect(readdirSync(join(folder, 'rounds')).sort()).toEqual(['t@6', 'u@boot-1'])
    expect(readdirSync(join(folder, 'finished'))).toEqual([])
    expect(journal.lastRound('t')).toBe(6)
    expect(journal.begin(record('t@6'))).toBe(false)
  })

  it('takes a damaged final report for none, and puts it aside', () => {
    journal.begin(record('t-1'))
    journal.end(record('t-1'), final)
    writeFileSync(join(folder, 'runs', folderNamed('t-1'), 'final'), Buffer.alloc(100))
    expect(findUnfinished(folder, journal, createRecordingLog())).toEqual([{record: record('t-1'), final: undefined}])
    expect(readdirSync(join(folder, 'quarantine')).length).toBe(1)
  })

  it('refuses to begin what it cannot write down', () => {
    rmSync(join(folder, 'started'), {recursive: true})
    expect(() => journal.begin(record('t-1'))).toThrow('ENOENT')
  })
})

describe('isRunKey', () => {
  it.each(['t-1', 'a.b_c', 't@123', 't@boot-1-2'])('knows %s', (name) => expect(isRunKey(name)).toBe(true))
  it.each(['', '.hidden', 'a b', 't@', 't@x', 'a/b', 't@1@2'])('does not know %j', (name) =>
    expect(isRunKey(name)).toBe(false),
  )
})
