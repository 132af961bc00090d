import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {writeWhole} from '../../../src/lib/agent/state/files.ts'
import {setUpAgent} from '../../support/agent-in-process.ts'
import {taskItem} from '../../support/agent-server.ts'
import {noSmallDisk, smallDisk} from '../../support/small-disk.ts'

const PAGE = 4096

describe.skipIf(noSmallDisk !== undefined)(`an agent whose disk is full (${noSmallDisk ?? 'on a real one'})`, () => {
  it('never runs half a script', async () => {
    using disk = smallDisk()
    await using setup = await setUpAgent({folder: disk.path})
    const {server} = setup
    server.offer(taskItem('t-1', 'true'))
    await server.waitForEnd('t-1')
    // The marker fits, and the first page of the script.
    disk.fill(2 * PAGE)
    server.offer(taskItem('t-2', `echo began\n${'# padding\n'.repeat(1000)}echo ended\n`))
    const {report} = await server.waitForEnd('t-2')
    if (report.kind === 'finish') expect(server.output('t-2').toString()).toBe('began\nended\n')
    else expect(report.kind).toBe('error')
    disk.free()
  })

  it('keeps the old content of a file for which the new one has no room', () => {
    using disk = smallDisk()
    const file = join(disk.path, 'file')
    writeWhole(file, 'old')
    disk.fill(PAGE)
    expect(() => writeWhole(file, 'x'.repeat(3 * PAGE))).toThrow('ENOSPC')
    expect(readFileSync(file, 'utf8')).toBe('old')
    expect(readdirSync(disk.path).sort()).toEqual(['ballast', 'file'])
  })
})
