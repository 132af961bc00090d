import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {openStateFolder} from '../../../../src/lib/agent/state/files.ts'
import {lockStateFolder, readLock} from '../../../../src/lib/agent/state/lock.ts'
import {startTimeOf} from '../../../../src/lib/disk/process-mark.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assist-lock-'))
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

const boot = 'this-boot'
const who = {bootId: boot, serverUrl: 'http://x'}

describe('lockStateFolder', () => {
  it('lets nobody else in until it is released', () => {
    const lock = lockStateFolder(folder, who)
    expect(() => lockStateFolder(folder, who)).toThrow(`process ${process.pid}`)
    lock.release()
    lockStateFolder(folder, who).release()
    expect(readdirSync(folder)).toEqual([])
  })

  it.each([
    {name: 'process is gone', holder: {pid: 2 ** 22 - 1, started: '1', bootId: boot}},
    {name: 'number belongs to another process now', holder: {pid: process.pid, started: 'earlier', bootId: boot}},
    {
      name: 'machine has booted since',
      holder: {pid: process.pid, started: startTimeOf(process.pid), bootId: 'another'},
    },
    {name: 'content is damaged', holder: 'no json'},
  ])('takes a lock over whose $name', ({holder}) => {
    writeFileSync(join(folder, 'lock'), JSON.stringify(holder))
    lockStateFolder(folder, who)
    expect(readLock(folder)).toMatchObject({pid: process.pid, serverUrl: 'http://x'})
  })
})

describe('openStateFolder', () => {
  it('refuses a folder that others can write to', () => {
    openStateFolder(folder)
    expect(() => openStateFolder('/tmp')).toThrow('can be written by other users')
  })
})
