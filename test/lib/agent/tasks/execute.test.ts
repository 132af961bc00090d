import {chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import {listProcesses} from '../../../../src/lib/agent/process/table.ts'
import {buildAgentChild, startAgentChild} from '../../../support/agent-child.ts'
import {setUpAgent} from '../../../support/agent-in-process.ts'
import {AgentServer, taskItem} from '../../../support/agent-server.ts'

const root = mkdtempSync(join(tmpdir(), 'assist-execute-'))
afterAll(() => rmSync(root, {recursive: true, force: true}))
const asRoot = process.getuid?.() === 0
const NOBODY = 65_534

/** Each is found on the way to a start, and each once threw past its report. */
const cannotStart = [
  {name: 'a launcher of 400 characters', script: 'true', more: {launcher: 'x'.repeat(400)}, says: 'was not found'},
  {
    name: 'a launcher in a folder with a long name',
    script: 'true',
    more: {launcher: `/${'x'.repeat(400)}`},
    says: 'the name is too long',
  },
  {
    name: 'a folder of 150 Chinese characters',
    script: 'true',
    more: {workingDirectory: `/tmp/${'文'.repeat(150)}`},
    says: 'the name is too long',
  },
  {
    name: 'an interpreter with a long name',
    script: `#!/${'x'.repeat(300)}\n`,
    more: {},
    says: 'the name is too long',
  },
  {name: 'a missing interpreter', script: '#!/no/such/interp\n', more: {}, says: 'does not exist'},
  {name: 'a folder with a line break', script: 'true', more: {workingDirectory: `${root}/a\nb`}, says: 'line break'},
]

describe('a script that cannot be started', () => {
  it.each(cannotStart)('is reported with its reason, and nothing stays behind: $name', async (row) => {
    if (row.says === 'line break') mkdirSync(`${root}/a\nb`)
    await using setup = await setUpAgent()
    setup.server.offer(taskItem('t-1', row.script, row.more))
    const {report} = await setup.server.waitForEnd('t-1', 3000)
    expect('errDesc' in report ? report.errDesc : 'value' in report && report.value).toContain(row.says)
    await setup.server.waitFor(
      'the folder of the run to go',
      () => readdirSync(join(setup.stateDir, 'started')).length === 0,
    )
    await setup.stop()
    await setup.server.waitFor('the supervisors to end', () => supervisors().length === 0)
  })

  it('is reported for every round of a schedule', async () => {
    await using setup = await setUpAgent()
    const rule = {repeat: 'Rate', cron: 'rate(1s)', creationTime: Date.now() - 500, launcher: `/${'x'.repeat(400)}`}
    setup.server.offer(taskItem('t-1', 'true', rule))
    await setup.server.waitFor('two rounds', () => setup.server.terminal('t-1').length >= 2)
    expect(setup.server.terminal('t-1')[0]?.report).toMatchObject({kind: 'error', errCode: '-7'})
  })

  it.runIf(asRoot)('leaves no supervisor when its user cannot reach the folder of the run', async () => {
    await using setup = await setUpAgent()
    chmodSync(join(setup.stateDir, '..'), 0o700)
    setup.server.offer(taskItem('t-1', 'true', {username: 'nobody', workingDirectory: '/tmp'}))
    const {report} = await setup.server.waitForEnd('t-1', 3000)
    expect('errDesc' in report && report.errDesc).toContain('user nobody cannot reach the script')
    await setup.stop()
    await setup.server.waitFor('the supervisors to end', () => supervisors().length === 0)
  })
})

describe.runIf(asRoot)('an agent that is not root', () => {
  it('says of paths that it may not look at that permission is denied', async () => {
    const program = await buildAgentChild(root)
    chmodSync(root, 0o755)
    const home = join(root, 'home')
    mkdirSync(home)
    chownSync(home, NOBODY, NOBODY)
    mkdirSync(join(root, 'closed'), {mode: 0o700})
    const server = await AgentServer.start()
    const common = {stateDir: join(home, 'state'), url: server.url, uid: NOBODY}
    await startAgentChild(program, {...common, action: 'register'}).ended
    const agent = startAgentChild(program, common)
    try {
      await agent.ready
      server.offer(
        taskItem('t-cwd', 'true', {workingDirectory: join(root, 'closed', 'x')}),
        taskItem('t-first-line', `#!${join(root, 'closed', 'py')}\n`),
        taskItem('t-launcher', 'true', {launcher: join(root, 'closed', 'py')}),
      )
      for (const id of ['t-cwd', 't-first-line', 't-launcher']) {
        const {report} = await server.waitForEnd(id, 3000)
        expect('errDesc' in report ? report.errDesc : 'value' in report && report.value).toContain(
          'permission is denied',
        )
      }
    } finally {
      await agent.stop()
      await server.close()
    }
  })
})

/** Children of ours that wait for an order or stay with a script. */
function supervisors(): number[] {
  return listProcesses().flatMap(({pid, parent}) => {
    if (parent !== process.pid || !existsSync(`/proc/${pid}/cmdline`)) return []
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('assist-run') ? [pid] : []
  })
}
