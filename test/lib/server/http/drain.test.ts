import {Agent, request} from 'node:http'
import {describe, expect, it} from 'vitest'
import {startTestServer} from '../../../support/running-server.ts'

const CALLERS = 40

describe('a server that is told to stop while it is called', () => {
  it('cuts no call: each is answered, or its connection was never taken', async () => {
    const {server} = await startTestServer()
    const ended: string[] = []
    let isOver = false
    const answered = new Set<Agent>()
    const caller = async (agent: Agent): Promise<void> => {
      while (!isOver) {
        const how = await call(server.port, agent)
        ended.push(how)
        if (how !== '200') return
        answered.add(agent)
      }
    }
    const agents = Array.from({length: CALLERS}, () => new Agent({keepAlive: true, maxSockets: 1}))
    const callers = agents.map(caller)
    // Those that wait to be taken are the system's; whoever was answered once is ours.
    await expect.poll(() => answered.size, {timeout: 20_000}).toBe(CALLERS)
    await server.close()
    isOver = true
    await Promise.all(callers)
    for (const agent of agents) agent.destroy()
    expect(ended.length).toBeGreaterThan(CALLERS)
    expect(ended.filter((how) => how !== '200' && how !== 'ECONNREFUSED')).toEqual([])
  })
})

/** A status, or the code of the error. */
function call(port: number, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const outgoing = request({host: '127.0.0.1', port, path: '/', method: 'POST', agent}, (answer) => {
      answer.resume()
      // Whatever it says of an unsigned call: it was answered.
      answer.on('end', () => resolve(answer.statusCode === 400 ? '200' : String(answer.statusCode)))
      answer.on('error', (error: NodeJS.ErrnoException) => resolve(`cut: ${error.code}`))
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    outgoing.end('a=b')
  })
}
