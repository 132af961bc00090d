import {expect, it} from 'vitest'
import {listProcesses} from '../../../src/lib/agent/process/table.ts'
import {INTERRUPTED} from '../../../src/lib/protocol/agent/reports.ts'
import {setUpAgent} from '../../support/agent-in-process.ts'
import {taskItem} from '../../support/agent-server.ts'

it('a run whose supervisor is killed ends as interrupted, with what it printed, and its script with it', async () => {
  await using setup = await setUpAgent()
  const {server} = setup
  server.offer(taskItem('t-1', 'echo $$; kill -9 $PPID; exec sleep 60', {output: {interval: 100}}))
  const {report} = await server.waitForEnd('t-1')
  expect(report).toMatchObject({kind: 'error', errCode: INTERRUPTED})
  const pid = Number(server.output('t-1').toString())
  expect(pid).toBeGreaterThan(1)
  expect(listProcesses().map((entry) => entry.pid)).not.toContain(pid)
  await server.waitFor('the place to be free', () => setup.agent().runningCount() === 0)
})
