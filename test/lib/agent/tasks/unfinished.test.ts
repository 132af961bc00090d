import {chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {seal} from '../../../../src/lib/agent/state/files.ts'
import {setUpAgent} from '../../../support/agent-in-process.ts'
import {taskItem} from '../../../support/agent-server.ts'

const marker = {taskId: 't-1', key: 't-1', invokeVersion: 0, startMs: 1, bootId: 'earlier', folder: ''}

describe('what an earlier agent left', () => {
  it.each([
    {name: 'a folder above ours', left: {...marker, folder: '../../victim'}},
    {name: 'a marker of a later version', left: {...marker, folder: undefined, place: {kind: 'elsewhere'}}},
    {name: 'no marker at all', left: ['t-1']},
  ])('never has it remove or run anything, and ends as interrupted: $name', async ({left}) => {
    await using setup = await setUpAgent({started: false})
    const {server, stateDir} = setup
    const victim = join(stateDir, '..', 'victim')
    mkdirSync(victim)
    for (const folder of ['started', 'finished', 'runs', 'schedules']) mkdirSync(join(stateDir, folder), {mode: 0o700})
    writeFileSync(join(stateDir, 'started', 't-1'), seal(left), {mode: 0o600})
    await setup.start()
    const {report} = await server.waitForEnd('t-1')
    expect(report).toMatchObject({kind: 'error', errCode: 'ExecutionInterrupted'})
    await server.waitFor('the tombstone', () => readdirSync(join(stateDir, 'finished')).includes('t-1'))
    await setup.stop()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(existsSync(victim)).toBe(true)
  })

  it('does not end the agent when it is of no use: a folder in the place of a file', async () => {
    await using setup = await setUpAgent({started: false})
    const {server, stateDir} = setup
    mkdirSync(join(stateDir, 'boot'))
    mkdirSync(join(stateDir, 'started', 't-9'), {recursive: true, mode: 0o700})
    await setup.start()
    server.offer(taskItem('t-1', 'echo on'))
    expect((await server.waitForEnd('t-1')).report.kind).toBe('finish')
  })

  it.skipIf(process.getuid?.() !== 0)('is not taken over from another user', async () => {
    await using setup = await setUpAgent({started: false})
    const {execFileSync} = await import('node:child_process')
    execFileSync('chown', ['65534', setup.stateDir])
    await expect(setup.start()).rejects.toThrow('belongs to another user (uid 65534')
    execFileSync('chown', ['0', setup.stateDir])
  })

  it.skipIf(process.platform === 'win32')('is no identity when others can read its key', async () => {
    await using setup = await setUpAgent({started: false})
    const key = join(setup.stateDir, 'identity', 'private-key.pem')
    chmodSync(key, 0o644)
    await expect(setup.start()).rejects.toThrow('0644')
    rmSync(key)
  })
})
