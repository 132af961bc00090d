import {lstatSync, mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {buildAgentChild, startAgentChild} from '../../support/agent-child.ts'
import {AgentServer, taskItem} from '../../support/agent-server.ts'

describe('the folder of an agent (F41)', () => {
  it.each(['000', '077'])('belongs to its user alone under umask %s', async (umask) => {
    const root = mkdtempSync(join(tmpdir(), 'assist-modes-'))
    const server = await AgentServer.start()
    const stateDir = join(root, 'state')
    const program = await buildAgentChild(root)
    await startAgentChild(program, {stateDir, url: server.url, umask, action: 'register'}).ended
    const agent = startAgentChild(program, {stateDir, url: server.url, umask})
    try {
      await agent.ready
      server.offer(
        taskItem('t-1', 'umask; sleep 1', {output: {interval: 100}}),
        taskItem('t-2', 'true'),
        taskItem('t-3', 'true', {repeat: 'Period', cron: '0 0 0 1 1 *'}),
      )
      await server.waitForEnd('t-2')
      await server.waitFor('output', () => server.output('t-1').length > 0)
      const modes = new Map(walk(stateDir).map((path) => [path, lstatSync(path)]))
      const wrong = [...modes].filter(([path, info]) => {
        const wanted = info.isDirectory() ? 0o700 : info.isFIFO() ? 0o622 : /script\.sh$/.test(path) ? 0o500 : 0o600
        return (info.mode & 0o7777) !== wanted
      })
      expect(wrong.map(([path, {mode}]) => `${path} ${(mode & 0o7777).toString(8)}`)).toEqual([])
      expect([...modes.keys()].filter((path) => path.includes('private-key')).length).toBe(1)
      expect(server.output('t-1').toString()).toBe('0022\n')
    } finally {
      await server.waitForEnd('t-1')
      await agent.stop()
      await server.close()
      rmSync(root, {recursive: true, force: true})
    }
  })
})

function walk(folder: string): string[] {
  const entries = readdirSync(folder, {withFileTypes: true})
  return [
    folder,
    ...entries.flatMap((entry) => (entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)])),
  ]
}
