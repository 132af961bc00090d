// From a kick to the agent's start report and to its final report. The agent is a process of its own; the server a stand-in here.
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {encodeKick} from '../src/lib/protocol/agent/kick.ts'
import {AgentServer} from '../test/support/agent-server.ts'

const ROUNDS = 100
const program = process.env.BENCH_BIN ?? ''
const stateDir = join(process.env.ASSIST_HOME ?? '', 'bench-agent')
const server = await AgentServer.start()
const where = ['--state-dir', stateDir, '--server', server.url]
const registering = spawn(
  process.execPath,
  [program, 'agent', 'register', ...where, '--activation-id', 'a-1', '--region', 'local', '--quiet'],
  {env: {...process.env, ASSIST_ACTIVATION_CODE: 'good-code'}, stdio: ['ignore', 'ignore', 'inherit']},
)
await once(registering, 'exit')
const agent = spawn(process.execPath, [program, 'agent', 'start', ...where], {stdio: 'ignore'})
process.once('exit', () => agent.kill())
await server.waitFor('the agent', () => server.sockets.size > 0 && server.fetches.length > 0)

const toStart: number[] = []
const toEnd: number[] = []
for (let round = 0; round < ROUNDS; round++) {
  const taskID = `t-${round}`
  server.run.push(item(taskID))
  const kickedAt = performance.now()
  server.kick(encodeKick({kind: 'run', taskId: taskID}))
  const end = await server.waitForEnd(taskID)
  const start = server.of(taskID).find(({report}) => report.kind === 'running')
  toStart.push((start?.atMs ?? Number.NaN) - kickedAt)
  toEnd.push(end.atMs - kickedAt)
  // The agent gets ready for the next run meanwhile, as between two runs of a person.
  await new Promise((resolve) => setTimeout(resolve, 50))
}
process.stdout.write(JSON.stringify({'kick to start report': toStart.slice(5), 'kick to final report': toEnd.slice(5)}))
process.exit(0)

function item(taskID: string): {task: {taskID: string}} & Record<string, unknown> {
  const task = {
    taskID,
    type: 'RunShellScript',
    commandId: 'c-1',
    commandName: '',
    commandContent: Buffer.from('echo 123').toString('base64'),
    timeOut: '60',
    workingDirectory: null,
    username: null,
    windowsPasswordName: null,
    cron: null,
    args: null,
    enableParameter: false,
    builtInParameter: {},
    invokeVersion: 0,
    creationTime: Date.now(),
    containerId: '',
    containerName: '',
  }
  return {task, output: {interval: 200, logQuota: 24_576, skipEmpty: true, sendStart: true}, repeat: 'Once'}
}
