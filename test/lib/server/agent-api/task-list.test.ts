import {describe, expect, it} from 'vitest'
import {addAgent, addInvocation, openFace, taskOf} from '../../../support/agent-face.ts'

describe('a list of tasks for an official agent', () => {
  it('leaves out what it cannot do, which ends with ClientNeedUpgrade, and holds the rest', async () => {
    const face = await openFace()
    const agent = await addAgent(face)
    const python = await addInvocation(face, [agent.instanceId], {content: 'print(1)', launcher: 'python3 -u'})
    const plain = await addInvocation(face, [agent.instanceId])
    const list = await agent.fetchList()
    expect(list.run.map((item) => item.task.taskID)).toEqual([plain])
    expect(await taskOf(face, python, agent.instanceId)).toMatchObject({
      state: 'Invalid',
      open: 0,
      error_code: 'ClientNeedUpgrade',
      error_info: expect.stringContaining('Launcher'),
    })
  })

  it.each([
    {user: 'root', strong: false, sent: null},
    {user: 'root', strong: true, sent: 'root'},
    {user: 'bob', strong: false, sent: 'bob'},
  ])('sends the user $user as $sent (strong: $strong)', async ({user, strong, sent}) => {
    const face = await openFace()
    const agent = await addAgent(face, {strong})
    await addInvocation(face, [agent.instanceId], {username: user})
    expect((await agent.fetchList()).run[0]?.task.username).toBe(sent)
  })
})
