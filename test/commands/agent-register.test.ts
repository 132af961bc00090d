import {afterEach, describe, expect, it} from 'vitest'
import {ACTIVATION_CODE, addActivation} from '../support/agent-face.ts'
import {assist, tempFolder} from '../support/cli.ts'
import {startTestServer} from '../support/running-server.ts'

const homes: Array<ReturnType<typeof tempFolder>> = []
afterEach(() => {
  for (const home of homes.splice(0)) home.remove()
})

/** Registers this machine at a real server, with an activation that gives its machines that name. */
async function register(nameOfActivation: string, args: readonly string[]) {
  const {server, face} = await startTestServer()
  const activationId = await addActivation(face, {instance_name: nameOfActivation, created_at_ms: Date.now()})
  const home = tempFolder()
  homes.push(home)
  const all = ['--server', server.url, '--region', 'cn-test', '--activation-id', activationId, ...args]
  return assist(['agent', 'register', ...all], {home: home.path, env: {ASSIST_ACTIVATION_CODE: ACTIVATION_CODE}})
}

describe('agent register --name', () => {
  it('says that a name in the activation beats it', async () => {
    const {code, stdout, stderr} = await register('web', ['--name', 'mine', '--json'])
    expect(code).toBe(0)
    const {instanceId, name} = JSON.parse(stdout) as {instanceId: string; name: string}
    expect(name).toBe('web-001')
    expect(stderr).toContain('It is called web-001: a name in the activation beats --name.')
    expect(stderr).toContain(`assist modify-managed-instance ${instanceId} --name mine`)
  })

  it('says nothing where it counts, or was not given', async () => {
    const named = await register('', ['--name', 'mine', '--json'])
    expect(JSON.parse(named.stdout)).toMatchObject({name: 'mine'})
    expect(named.stderr).not.toContain('It is called')
    expect((await register('web', [])).stderr).not.toContain('It is called')
  })
})
