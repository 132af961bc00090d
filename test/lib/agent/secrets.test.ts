import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {setUpAgent} from '../../support/agent-in-process.ts'
import {taskItem} from '../../support/agent-server.ts'

const CANARY = 'canary-5f1d7c'

describe('what an agent logs (F49)', () => {
  it('holds neither scripts nor parameters nor output, whatever goes wrong', async () => {
    await using setup = await setUpAgent()
    const {server, log} = setup
    server.offer(
      taskItem('t-1', `echo ${CANARY}; exit 1`),
      taskItem('t-2', `#!/nowhere/${CANARY}\n`),
      taskItem('t-3', `echo ${CANARY}`, {enableParameter: true, builtInParameter: {Secret: CANARY}}),
      taskItem('t-4', `echo ${CANARY}`, {timeOut: '1', launcher: `nothing-${CANARY}`}),
      taskItem('t-5', `${CANARY}`, {repeat: 'Period', cron: `bad ${CANARY}`}),
    )
    server.rawList = JSON.stringify({run: server.run, stop: [{task: {taskID: CANARY.repeat(9)}}]})
    for (const id of ['t-1', 't-2', 't-3', 't-4', 't-5']) await server.waitForEnd(id)
    server.rawList = `{"run": ${CANARY}`
    server.kick()
    await server.waitFor('the complaint', () => log.lines.some((line) => line.includes('could not be fetched')))
    expect(log.lines.join('\n')).not.toContain(CANARY)
    expect(log.lines.length).toBeGreaterThan(5)
  })

  it('is shown by no process list', async () => {
    await using setup = await setUpAgent()
    setup.server.offer(taskItem('t-1', `# ${CANARY}\nsleep 0.5`))
    await setup.server.waitFor('the start', () => setup.server.of('t-1').length > 0)
    const lines = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(commandLine)
    expect(lines.some((line) => line.includes('assist-run'))).toBe(true)
    expect(lines.filter((line) => line.includes(CANARY))).toEqual([])
    await setup.server.waitForEnd('t-1')
  })
})

function commandLine(pid: string): string {
  try {
    return readFileSync(join('/proc', pid, 'cmdline'), 'utf8')
  } catch {
    return ''
  }
}
