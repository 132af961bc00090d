import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {describe, expect, it} from 'vitest'
import {isRunning, markOf, mayBeRunning, startFromPs} from '../../../src/lib/disk/process-mark.ts'

describe('the mark of a process', () => {
  it('knows it again while it runs, and not after', async () => {
    const child = spawn('sleep', ['60'], {stdio: 'ignore'})
    const mark = markOf(child.pid ?? 0)
    expect(mark.started).not.toBe('')
    expect([isRunning(mark), mayBeRunning(mark)]).toEqual([true, true])
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect([isRunning(mark), mayBeRunning(mark)]).toEqual([false, false])
  })

  it.each([
    {name: 'another start', mark: {pid: process.pid, started: 'earlier'}, may: false},
    // Whoever asks may be about to signal it; a lock, though, is not to be taken from it.
    {name: 'a start that nobody knew', mark: {pid: process.pid, started: ''}, may: true},
    {name: 'the number of no process', mark: {pid: 2 ** 22 - 1, started: '1'}, may: false},
    {name: 'the number of everybody', mark: {pid: 0, started: '1'}, may: false},
    {name: 'a number below', mark: {pid: -1, started: ''}, may: false},
  ])('is not taken for a process that runs when it has $name', ({mark, may}) => {
    expect(isRunning(mark)).toBe(false)
    expect(mayBeRunning(mark)).toBe(may)
  })

  it('can be read from ps, where there is no /proc', () => {
    const started = startFromPs(process.pid)
    expect(started).toMatch(/\d\d:\d\d:\d\d/)
    expect(startFromPs(process.pid)).toBe(started)
    expect(startFromPs(2 ** 22 - 1)).toBeUndefined()
  })
})
