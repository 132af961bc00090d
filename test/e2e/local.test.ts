import {existsSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {assist, tempFolder} from '../support/cli.ts'

const first = tempFolder()
const second = tempFolder()
const local = (home: string, ...args: string[]) => assist(args, {home})

afterAll(async () => {
  await local(first.path, 'local', 'down')
  await local(second.path, 'local', 'down')
  first.remove()
  second.remove()
})

describe('the profile local', () => {
  beforeAll(async () => {
    const cold = await local(first.path, 'run', '--profile', 'local', 'echo 123')
    expect(cold).toMatchObject({code: 0, stdout: '123\n'})
    expect(cold.stderr.trim().split('\n')).toHaveLength(1)
  })

  it('needs nothing and says nothing once it is up', async () => {
    expect(await local(first.path, 'run', '--profile', 'local', 'echo again')).toMatchObject({
      code: 0,
      stdout: 'again\n',
      stderr: '',
    })
  })

  it('shows itself', async () => {
    const status = await local(first.path, 'local', 'status', '--json')
    expect(JSON.parse(status.stdout)).toMatchObject({
      running: true,
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    })
  })

  it('is one per home: two users do not meet', async () => {
    const created = await local(first.path, 'create-command', '--profile', 'local', '--name', 'mine', 'echo mine')
    expect(created.code).toBe(0)
    expect(await local(second.path, 'run', '--profile', 'local', 'echo other')).toMatchObject({
      code: 0,
      stdout: 'other\n',
    })
    const listed = await local(second.path, 'commands', '--profile', 'local', '--json')
    expect(listed.stdout).not.toContain('mine')
    const [one, two] = await Promise.all([first, second].map(({path}) => local(path, 'local', 'status', '--json')))
    expect(JSON.parse(one?.stdout ?? '').url).not.toBe(JSON.parse(two?.stdout ?? '').url)
  })

  it('survives a kill -9: the next run starts it again, with its data', async () => {
    const status = JSON.parse((await local(first.path, 'local', 'status', '--json')).stdout)
    process.kill(status.pid, 'SIGKILL')
    expect(await local(first.path, 'run', '--profile', 'local', 'echo back')).toMatchObject({code: 0, stdout: 'back\n'})
    expect((await local(first.path, 'commands', '--profile', 'local', '--json')).stdout).toContain('mine')
  })

  it('keeps its state to itself', () => {
    expect(existsSync(first.path)).toBe(true)
    expect(statSync(join(first.path)).mode & 0o077).toBe(0)
  })

  it('goes down and, after reset, has forgotten', async () => {
    expect(await local(first.path, 'local', 'down')).toMatchObject({code: 0})
    expect(await local(first.path, 'local', 'reset', '--no-input')).toMatchObject({code: 2})
    expect(await local(first.path, 'local', 'reset', '--yes')).toMatchObject({code: 0})
    const listed = await local(first.path, 'commands', '--profile', 'local', '--json')
    expect(listed.stdout).not.toContain('mine')
  })
})
