import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type Ended, assist as runAssist} from '../support/cli.ts'
import {type Plane, startPlane} from '../support/plane.ts'
import {type Parameters, signedV1} from '../support/rpc-client.ts'
import {noSmallDisk, type SmallDisk, smallDisk} from '../support/small-disk.ts'

describe.skipIf(noSmallDisk)(`a disk that is full${noSmallDisk ? ` (skipped: ${noSmallDisk})` : ''}`, () => {
  let disk: SmallDisk
  beforeAll(() => {
    disk = smallDisk()
  })
  afterAll(() => disk[Symbol.dispose]())

  describe('under the server', () => {
    let plane: Plane
    beforeAll(async () => {
      plane = await startPlane({dataDir: join(disk.path, 'plane')})
    })
    afterAll(() => plane.stop())

    async function call(
      action: string,
      parameters: Parameters,
    ): Promise<{status: number; wait: string | null; code: string}> {
      const key = {accessKeyId: plane.credentials.accessKeyId, secret: plane.credentials.accessKeySecret}
      const request = signedV1('POST', action, {RegionId: 'local', ...parameters}, {key, nowMs: Date.now()})
      const answer = await fetch(plane.url, {
        method: 'POST',
        body: await request.text(),
        headers: {'content-type': 'application/x-www-form-urlencoded'},
      })
      const body = (await answer.json()) as {Code?: string}
      return {status: answer.status, wait: answer.headers.get('retry-after'), code: body.Code ?? 'ok'}
    }

    const COMMAND = {Name: 'one', Type: 'RunShellScript', CommandContent: 'echo 1', ContentEncoding: 'PlainText'}

    it('ends writes with a code, lets reads go on, and everything goes on by itself when there is room', async () => {
      const waiting = plane.start(['run', '-i', plane.instanceId, 'sleep 2; echo late'])
      await expect.poll(async () => (await plane.assist(['describe-invocations'])).stdout).toMatch(/Running/)
      disk.fill()
      expect(await call('CreateCommand', COMMAND)).toEqual({status: 503, wait: '5', code: 'ServiceUnavailable'})
      expect(await call('DescribeCommands', {})).toEqual({status: 200, wait: null, code: 'ok'})
      const ready = await fetch(`${plane.url}/readyz`)
      expect([ready.status, ready.headers.get('retry-after'), await ready.text()]).toEqual([
        503,
        '5',
        'The database cannot be written; what only reads still works. The disk of the server is full.',
      ])
      const read = await plane.assist(['describe-invocations'])
      expect(read).toMatchObject({code: 0, stdout: expect.stringContaining('Running')})
      expect(plane.agent.process.exitCode).toBe(null)
      disk.free()
      expect(await waiting.ended).toMatchObject({
        code: 0,
        stdout: 'late\n',
        stderr: expect.not.stringContaining('Error'),
      })
      expect(await plane.assist(['run', '-i', plane.instanceId, 'echo back'])).toMatchObject({
        code: 0,
        stdout: 'back\n',
      })
      expect((await fetch(`${plane.url}/readyz`)).status).toBe(200)
      expect(plane.server.process.exitCode).toBe(null)
    }, 90_000)
  })

  describe('under the local plane', () => {
    const local = (...args: string[]): Promise<Ended> =>
      runAssist(args, {home: join(disk.path, 'home'), cwd: disk.path})
    const run = (script: string): Promise<Ended> => local('run', '--profile', 'local', script)
    afterAll(() => local('local', 'down'))

    it('costs what is written meanwhile, and nothing else', async () => {
      expect(await run('echo 1')).toMatchObject({code: 0, stdout: '1\n'})
      disk.fill()
      const refused = await run('echo 2')
      expect(refused).toMatchObject({code: 121, stdout: ''})
      expect(refused.stderr).toMatch(/^Error: RunCommand: ServiceUnavailable: The disk of the server is full\..*\n$/)
      disk.free()
      expect(await run('echo 3')).toMatchObject({code: 0, stdout: '3\n', stderr: ''})
    }, 60_000)

    it('keeps it from starting, which is said in one line with the mend, and tried once', async () => {
      await local('local', 'down')
      disk.fill()
      const refused = await run('echo 4')
      expect(refused).toMatchObject({code: 122, stdout: ''})
      const [first, second, ...rest] = refused.stderr.split('\n')
      expect([first, second]).toEqual([
        'Starting the local control plane…',
        expect.stringMatching(/^Error: the local control plane did not start: .*: the disk is full$/),
      ])
      expect(rest.join('\n')).toMatch(/The disk under .* is full: \d+ bytes are free\.\n {2}Its log is /)
      disk.free()
      expect(await run('echo 5')).toMatchObject({code: 0, stdout: '5\n'})
    }, 60_000)
  })
})
