import {execFileSync} from 'node:child_process'
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {createLogger} from '../../../src/lib/system/log.ts'
import {noSmallDisk, smallDisk} from '../../support/small-disk.ts'
import {tempFolder} from '../../support/temp-folder.ts'

/** Both ends of a pipe that never blocks. */
function pipe(): {reader: number; writer: number} {
  const path = join(tempFolder(), 'pipe')
  execFileSync('mkfifo', [path])
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  return {reader, writer: openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)}
}

function messages(text: string): string[] {
  return text.split('\n').flatMap((line) => (line === '' ? [] : [(JSON.parse(line) as {msg: string}).msg]))
}

describe('a log', () => {
  it.each([0o022, 0])('is lines of JSON in a file that the world cannot read, whatever the umask (%i)', (umask) => {
    const file = join(tempFolder(), 'new', 'a.log')
    const before = process.umask(umask)
    createLogger({file}).info('hello', {task: 't-1'})
    process.umask(before)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({level: 30, msg: 'hello', task: 't-1'})
    expect((statSync(file).mode & 0o137).toString(8)).toBe('0')
    expect((statSync(join(file, '..')).mode & 0o027).toString(8)).toBe('0')
  })

  it.runIf(existsSync('/dev/full'))('costs its writer nothing on a full disk', () => {
    const log = createLogger({file: '/dev/full'})
    for (let i = 0; i < 3; i++) log.error('lost')
  })

  it.skipIf(noSmallDisk !== undefined)(
    `goes on, and counts what was lost, where the disk was read-only (${noSmallDisk ?? 'on a real one'})`,
    () => {
      using disk = smallDisk()
      disk.readOnly(true)
      const file = join(disk.path, 'new', 'a.log')
      const log = createLogger({file})
      log.info('lost')
      disk.readOnly(false)
      log.info('kept')
      expect(messages(readFileSync(file, 'utf8'))).toEqual(['log lines were dropped before this one', 'kept'])
    },
  )

  it('costs its writer nothing when nobody reads any more', () => {
    const {reader, writer} = pipe()
    const log = createLogger({descriptor: writer})
    closeSync(reader)
    for (let i = 0; i < 3; i++) log.error('lost')
    closeSync(writer)
    log.error('lost, too')
  })

  it('counts the lines that were dropped while nobody read, and tells none of them by half', () => {
    const {reader, writer} = pipe()
    const log = createLogger({descriptor: writer})
    for (let i = 0; i < 40; i++) log.info('x'.repeat(5000))
    const bytes = Buffer.alloc(1024 * 1024)
    let read = readSync(reader, bytes)
    const before = bytes.toString('utf8', 0, read).split('\n')
    log.info('after')
    read = readSync(reader, bytes)
    const after = bytes
      .toString('utf8', 0, read)
      .split('\n')
      .filter((line) => line !== '')
    const [notice = '{}', last = '{}'] = after
    const whole = before.filter((line) => line.endsWith('}')).length
    expect(JSON.parse(notice)).toMatchObject({lines: 40 - whole, msg: 'log lines were dropped before this one'})
    expect(JSON.parse(last)).toMatchObject({msg: 'after'})
    closeSync(reader)
    closeSync(writer)
  })

  it('is put aside when it has become large, and the oldest goes', () => {
    const file = join(tempFolder(), 'a.log')
    for (let round = 0; round < 6; round++) {
      const log = createLogger({file, mostBytes: 200})
      for (let line = 0; line < 3; line++) log.info(`${round}-${line} ${'x'.repeat(60)}`)
    }
    expect(readdirSync(join(file, '..')).sort()).toEqual(['a.log', 'a.log.1', 'a.log.2', 'a.log.3'])
    for (const name of readdirSync(join(file, '..'))) {
      expect(statSync(join(file, '..', name)).size).toBeLessThan(500)
      expect(messages(readFileSync(join(file, '..', name), 'utf8')).length).toBeGreaterThan(0)
    }
    expect(messages(readFileSync(file, 'utf8')).at(-1)).toMatch(/^5-2/)
  })

  it('says which file it cannot have, and why', () => {
    const folder = join(tempFolder(), 'folder')
    mkdirSync(folder)
    expect(() => createLogger({file: folder})).toThrow(`the log file ${folder} cannot be opened: it is a directory`)
  })
})
