import {describe, expect, it} from 'vitest'
import {
  addActivation,
  addAgent,
  addInvocation,
  KEYS,
  openFace,
  post,
  registration,
  roundsOf,
  taskOf,
} from '../../../support/agent-face.ts'

/** Source: agent-protocol, section 13, exchanged with the official agent 2.2.3.578. */
describe("the official agent's first task", () => {
  it('goes step by step as it does against the service', async () => {
    const face = await openFace()
    const activationId = await addActivation(face)

    const detect = await face.app.fetch(new Request('http://plane/luban/api/connection_detect'), {source: '::1'})
    expect(await detect.text()).toBe('ok')

    const registered = await post(face, '/luban/api/instance/register', registration(activationId, KEYS[0]))
    expect(registered.status).toBe(200)
    expect(await registered.json()).toEqual({
      code: 200,
      instanceId: expect.stringMatching(/^mi-[a-z2-7]{20}$/),
      assist: true,
    })

    const agent = await addAgent(face)
    const json = async (response: Promise<Response>): Promise<unknown> => (await response).json()
    expect(await json(agent.send('POST', '/luban/api/v1/update/update_check', '{"os":"linux"}'))).toEqual({
      code: 200,
      need_update: 0,
    })
    const beat =
      '/luban/api/heart-beat?uptime=1372000&timestamp=1&pid=2&process_uptime=1&index=0&seq_no=0&virt_type=kvm'
    const idle = {code: 200, instanceId: agent.instanceId, nextInterval: 60_000, newTasks: false}
    expect(
      await json(agent.send('GET', `${beat}&os_version=Linux_%231+SMP&az=unknown&machineid=3d12&cold_start=false`)),
    ).toEqual(idle)
    const empty = {code: 200, instanceId: agent.instanceId, run: [], stop: [], test: [], file: [], session: []}
    expect(await agent.fetchList('reason=startup&cold_start=false')).toEqual(empty)
    expect(await json(agent.send('POST', '/luban/api/metrics', '{}'))).toEqual({code: 200})
    expect(await json(agent.send('POST', '/luban/api/v1/exception/client_report', '{}'))).toEqual({code: 200})
    expect(await json(agent.send('POST', '/luban/api/instance/list_instance_state_configurations', '{}'))).toEqual({
      code: 200,
      errCode: 'ServiceNotSupported',
      errMsg: '',
    })

    const invokeId = await addInvocation(face, [agent.instanceId])
    expect(await json(agent.send('GET', beat))).toEqual({...idle, newTasks: true})
    const list = await agent.fetchList(`reason=kickoff&taskId=${invokeId}`)
    expect(list).toEqual({
      ...empty,
      run: [
        {
          task: {
            taskID: invokeId,
            type: 'RunShellScript',
            commandId: 'c-1',
            commandName: '',
            commandContent: Buffer.from('echo hello; exit 3').toString('base64'),
            timeOut: '60',
            workingDirectory: null,
            username: null,
            windowsPasswordName: null,
            cron: null,
            args: null,
            enableParameter: false,
            builtInParameter: {
              RegionId: 'cn-test',
              AccountId: 'account-1',
              InstanceId: agent.instanceId,
              InstanceName: 'vm1',
              InvokeId: invokeId,
              CommandId: 'c-1',
            },
            invokeVersion: 0,
            creationTime: face.clock.nowMs,
            containerId: '',
            containerName: '',
            launcher: '',
            terminationMode: '',
          },
          output: {interval: 1000, logQuota: 24_576, skipEmpty: true, sendStart: true},
          repeat: 'Once',
        },
      ],
    })

    const start = face.clock.nowMs - 1000 // its clock is a second late
    expect(await agent.report('running', {taskId: invokeId, invokeVersion: 0, start})).toBe(200)
    expect(await taskOf(face, invokeId, agent.instanceId)).toMatchObject({state: 'Running', rounds: 1})
    const end = {taskId: invokeId, invokeVersion: 0, start, end: start + 243, exitCode: 3, dropped: 0}
    expect(await agent.report('finish', end, 'hello\n')).toBe(200)
    expect(await taskOf(face, invokeId, agent.instanceId)).toMatchObject({
      state: 'Failed',
      open: 0,
      rounds: 1,
      error_code: 'ExitCodeNonzero',
    })
    expect(await roundsOf(face, invokeId)).toMatchObject([
      {round: 1, state: 'Failed', start_ms: start, end_ms: start + 243, exit_code: 3, text: 'hello\n', dropped: 0},
    ])
    expect(await agent.fetchList()).toEqual(empty)
  })
})
