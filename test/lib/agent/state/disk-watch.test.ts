import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {DiskWatch} from '../../../../src/lib/agent/state/disk-watch.ts'
import {StandingClock} from '../../../support/agent-clock.ts'
import {createRecordingLog} from '../../../support/agent-log.ts'
import {noSmallDisk, smallDisk} from '../../../support/small-disk.ts'

describe.skipIf(noSmallDisk !== undefined)(`DiskWatch (${noSmallDisk ?? 'on a real disk'})`, () => {
  it('says once that the disk is full, and once that it is not, though nobody writes', async () => {
    using disk = smallDisk()
    const clock = new StandingClock('2030-01-01T00:00:00Z')
    const log = createRecordingLog()
    const watch = new DiskWatch({stateDir: disk.path, clock, log})
    const life = new AbortController()
    let rooms = 0
    const watching = watch.run(life.signal, () => {
      rooms++
    })
    await clock.advance(60_000)
    disk.fill()
    const full = Object.assign(new Error('ENOSPC'), {code: 'ENOSPC', syscall: 'write'})
    watch.refused(full)
    watch.refused(full)
    await clock.advance(60_000)
    expect(rooms).toBe(0)
    disk.free()
    await clock.advance(60_000)
    expect(rooms).toBe(1)
    expect(log.lines.map((line) => line.split(' {')[0])).toEqual([
      'error the disk takes nothing new: scripts that run once run from memory, rounds of schedules do not run until it does',
      'info the disk takes new files again',
    ])
    expect(existsSync(join(disk.path, '.probe'))).toBe(false)
    life.abort()
    await watching
  })
})
