import {cpSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {type RunningAgent, registerAgent, startAgent} from '../../src/lib/agent/main.ts'
import {ACTIVATION_CODE, addActivation, addInvocation, stateOf} from '../support/agent-face.ts'
import {createRecordingLog} from '../support/agent-log.ts'
import {startTestServer} from '../support/running-server.ts'
import {tempFolder} from '../support/temp-folder.ts'

it('a machine cloned with its agent runs nothing beside the first, and takes over when that has gone', async () => {
  const {server, face} = await startTestServer()
  const folder = tempFolder()
  const [one, two] = [join(folder, 'one'), join(folder, 'two')]
  const common = {server: {url: server.url}, log: createRecordingLog()}
  const activationId = await addActivation(face)
  const registration = {activationId, activationCode: ACTIVATION_CODE, regionId: 'cn-test'}
  const {instanceId} = await registerAgent({...common, ...registration, stateDir: one})
  cpSync(one, two, {recursive: true})
  const cloneLog = createRecordingLog()
  const agents: RunningAgent[] = []
  try {
    const first = await startAgent({...common, stateDir: one})
    agents.push(first)
    await first.online
    const clone = await startAgent({...common, stateDir: two, log: cloneLog})
    agents.push(clone)
    await expect.poll(() => cloneLog.lines.join('\n'), {timeout: 10_000}).toContain('another agent uses this identity')
    const {kicker, clock} = server.deps
    expect(kicker.isContested(instanceId, clock.now())).toBe(true)
    const early = await addInvocation(face, [instanceId], {content: 'exit 0'})
    kicker.kick(instanceId, {kind: 'run', taskId: early})
    await expect.poll(() => stateOf(face, early, instanceId), {timeout: 10_000}).toBe('Success')
    expect(cloneLog.lines.filter((line) => line.includes(early))).toEqual([])

    await first.stop({drainMs: 0})
    const late = await addInvocation(face, [instanceId], {content: 'exit 0'})
    await expect.poll(() => stateOf(face, late, instanceId), {timeout: 20_000}).toBe('Success')
    expect(cloneLog.lines.join('\n')).toContain(late)
  } finally {
    await Promise.all(agents.map((agent) => agent.stop({drainMs: 0})))
  }
}, 60_000)
