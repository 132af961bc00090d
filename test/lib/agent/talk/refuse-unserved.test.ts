import {describe, expect, it} from 'vitest'
import type {Call} from '../../../../src/lib/agent/talk/connection.ts'
import {refuseUnserved} from '../../../../src/lib/agent/talk/refuse-unserved.ts'
import {AGENT_PATHS} from '../../../../src/lib/protocol/agent/paths.ts'
import {createRecordingLog} from '../../../support/agent-log.ts'

/** What was posted because of a list. */
async function refusalsOf(list: string): Promise<string[]> {
  const calls: Call[] = []
  const connection = refuseUnserved(async (call) => {
    calls.push(call)
    return {status: 200, text: call.path === AGENT_PATHS.taskList ? list : '{"code":200}'}
  }, createRecordingLog())
  const answer = await connection({method: 'POST', path: AGENT_PATHS.taskList, timeoutMs: 1000})
  expect(answer.text).toBe(list)
  return calls.slice(1).map(({path, query}) => `${path}?${query}`)
}

describe('a list with items that this agent cannot serve', () => {
  it('is answered for every file and session in it', async () => {
    const list = {
      ...{code: 200, instanceId: 'i-1', run: [], stop: [], test: []},
      file: [{task: {taskID: 'f-1', name: 'a', content: 'eA=='}, output: {}}, {task: {taskID: 'f-2'}}],
      session: [{channelId: 's-1', cmdContent: '', flowLimit: 0}],
    }
    expect(await refusalsOf(JSON.stringify(list))).toEqual([
      '/luban/api/v1/task/finish?taskId=f-1&status=Failed&taskType=sendfile&errorcode=1',
      '/luban/api/v1/task/finish?taskId=f-2&status=Failed&taskType=sendfile&errorcode=1',
      '/luban/api/v1/session/status?channelId=s-1&status=Failed&errorcode=Init_channel_failed',
    ])
  })

  it.each([
    {name: 'none', list: '{"run":[],"file":[],"session":[]}'},
    {name: 'no ids', list: '{"file":[{"task":{}}, 7],"session":[{}]}'},
    {name: 'no JSON', list: '"file":[{'},
    {name: 'an id without end', list: `{"session":[{"channelId":"${'x'.repeat(65)}"}]}`},
  ])('is left in peace: $name', async ({list}) => {
    expect(await refusalsOf(list)).toEqual([])
  })
})
