import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {buildAgentChild, startAgentChild} from '../../support/agent-child.ts'
import {AgentServer, taskItem} from '../../support/agent-server.ts'

it('a server that a script leaves behind prints on after the report, and after the agent was killed', async () => {
  const root = mkdtempSync(join(tmpdir(), 'assist-left-'))
  const server = await AgentServer.start()
  const common = {stateDir: join(root, 'state'), url: server.url}
  const program = await buildAgentChild(root)
  await startAgentChild(program, {...common, action: 'register'}).ended
  const agent = startAgentChild(program, common)
  const count = join(root, 'count')
  const printed = (): number => Number(readFileSync(count, 'utf8'))
  try {
    await agent.ready
    const loop = `i=0; while [ $i -lt 80 ]; do i=$((i+1)); echo line $i || exit; echo err $i >&2 || exit; echo $i >${count}; sleep 0.05; done`
    server.offer(taskItem('t-1', `nohup sh -c '${loop}' &\necho started`))
    expect((await server.waitForEnd('t-1')).report).toMatchObject({kind: 'finish', exitCode: 0, outputLeft: true})
    agent.child.kill('SIGKILL')
    await agent.ended
    const before = printed()
    expect(before).toBeLessThan(80)
    await server.waitFor('the rest of what it prints', () => printed() === 80)
  } finally {
    agent.child.kill('SIGKILL')
    await agent.ended
    await server.close()
    rmSync(root, {recursive: true, force: true})
  }
})
