import {join} from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import {assist, PROJECT, startAssist, tempFolder} from '../support/cli.ts'

const CERTIFICATE = join(PROJECT, 'test/fixtures/tls/cert.pem')
const KEY = join(PROJECT, 'test/fixtures/tls/key.pem')
const folder = tempFolder()
afterAll(() => folder.remove())

describe('over TLS', () => {
  it('CLI and agent reach a server whose authority they are told of, and no other', async () => {
    const home = folder.path
    const data = ['--data-dir', join(home, 'plane')]
    const key = JSON.parse((await assist(['server', 'key', 'create', ...data, '--json'], {home})).stdout)
    const server = startAssist(
      ['server', 'start', ...data, '--port', '0', '--tls-cert', CERTIFICATE, '--tls-key', KEY],
      {home},
    )
    const [url = ''] = await server.seen(/https:\/\/127\.0\.0\.1:\d+/)
    const env = {
      ALIBABA_CLOUD_ACCESS_KEY_ID: key.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: key.accessKeySecret,
      ALIBABA_CLOUD_REGION_ID: 'local',
      ALIBABA_CLOUD_ENDPOINT: url,
    }
    const trusting = {...env, NODE_EXTRA_CA_CERTS: CERTIFICATE}
    try {
      const distrusted = await assist(['commands'], {home, env: {...env, NODE_TLS_REJECT_UNAUTHORIZED: '0'}})
      expect(distrusted).toMatchObject({code: 122, stdout: ''})
      expect(distrusted.stderr).toMatch(/certificate is not trusted/)
      expect(distrusted.stderr).toContain('configure set ca-file=')
      // The next try would meet the same certificate.
      expect(distrusted.stderr).not.toContain('tries')
      expect(await assist(['commands', '--ca-file', CERTIFICATE], {home, env})).toMatchObject({code: 0, stderr: ''})
      expect(await assist(['ecs', 'DescribeRegions', '--ca-file', CERTIFICATE], {home, env})).toMatchObject({code: 0})
      expect((await assist(['commands', '--ca-file', KEY], {home, env})).stderr).toContain('no certificates')
      await assist(['configure', 'set', `ca-file=${CERTIFICATE}`, `endpoint=${url}`, 'region-id=local'], {home})
      const keys = ['configure', '--access-key-id', key.accessKeyId, '--secret-stdin']
      await assist(keys, {home, input: key.accessKeySecret})
      expect(await assist(['commands'], {home})).toMatchObject({code: 0, stderr: ''})
      const plain = await assist(['commands'], {
        home,
        env: {...env, ALIBABA_CLOUD_ENDPOINT: url.replace('https:', 'http:')},
      })
      expect(plain.code).toBe(122)
      expect(plain.stderr).toContain('If it speaks TLS, say so in the address: https://127.0.0.1')
      const activation = JSON.parse((await assist(['create-activation', '--json'], {home, env: trusting})).stdout)
      const where = ['--state-dir', join(home, 'agent'), '--ca-file', CERTIFICATE]
      const registered = await assist(
        [
          'agent',
          'register',
          ...where,
          '--server',
          url,
          '--region',
          'local',
          '--activation-id',
          activation.activationId,
        ],
        {home, env: {ASSIST_ACTIVATION_CODE: activation.activationCode}},
      )
      expect(registered.code).toBe(0)
      // The authority was kept with the identity.
      const agent = startAssist(['agent', 'start', '--state-dir', join(home, 'agent')], {home})
      await agent.seen(/online/)
      expect(await assist(['run', '--all', 'echo over tls'], {home, env: trusting})).toMatchObject({
        code: 0,
        stdout: 'over tls\n',
      })
      agent.process.kill('SIGKILL')
      await agent.ended
    } finally {
      server.process.kill('SIGKILL')
      await server.ended
    }
  })
})
