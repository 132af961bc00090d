// Writes dist/everyday.cache: what V8 compiled of dist/everyday.cjs, the functions that everyday calls need included.
import {fork} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:http'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

const SELF = fileURLToPath(import.meta.url)

/** In a process of its own: it prints, and sets an exit code. */
export async function precompile() {
  const child = fork(SELF, ['here'], {stdio: ['ignore', 'ignore', 'inherit', 'ipc']})
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`precompiling ended with ${code}`)
}

async function compileHere() {
  const {cacheFile, compileEveryday} = await import('./dist/lib/cli/main.cjs')
  const home = mkdtempSync(join(tmpdir(), 'assist-build-'))
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  Object.assign(process.env, {
    ASSIST_HOME: home,
    ALIBABA_CLOUD_ACCESS_KEY_ID: 'none',
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'none',
    ALIBABA_CLOUD_REGION_ID: 'build',
    ALIBABA_CLOUD_ENDPOINT: `http://127.0.0.1:${server.address().port}`,
  })
  const root = process.cwd()
  const cache = await compileEveryday(root, async ({run}) => {
    await run(['describe-commands'], root)
    await run(['run-command', '--instance', 'i-build', 'true'], root)
  })
  if (process.exitCode) throw new Error('an everyday command failed')
  writeFileSync(cacheFile(root), cache)
  server.close()
  rmSync(home, {recursive: true})
  process.exit(0)
}

/** As much of a control plane as two commands need. */
function answer(request, response) {
  let body = ''
  request.on('data', (part) => {
    body += part
  })
  request.on('end', () => {
    const action = new URLSearchParams(body).get('Action')
    response.end(JSON.stringify({RequestId: 'none', ...ANSWERS[action]}))
  })
}

const ANSWERS = {
  DescribeCommands: {Commands: {Command: []}},
  RunCommand: {InvokeId: 't-build', CommandId: 'c-build'},
  DescribeInvocationResults: {
    AssistVersion: '2',
    Invocation: {
      InvocationResults: {
        InvocationResult: [
          {InvokeId: 't-build', InstanceId: 'i-build', InvocationStatus: 'Success', ExitCode: 0, Output: ''},
        ],
      },
    },
  },
}

// Last, when everything above is there.
if (process.argv[1] === SELF && process.argv[2] === 'here') await compileHere()
