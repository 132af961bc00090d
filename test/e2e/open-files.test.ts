import {spawn} from 'node:child_process'
import {createConnection, type Socket} from 'node:net'
import {join} from 'node:path'
import {afterEach, expect, it} from 'vitest'
import {assist, PROJECT, tempFolder} from '../support/cli.ts'

const folder = tempFolder()
const ending: Array<() => void> = []
afterEach(() => {
  for (const end of ending.splice(0)) end()
})

const OPEN_FILES = 160

it.skipIf(process.platform !== 'linux')(
  'a server that may open few files serves callers while strangers hold all they get',
  async () => {
    const dataDir = join(folder.path, 'plane')
    const made = await assist(['server', 'key', 'create', '--data-dir', dataDir, '--json'], {home: folder.path})
    const key = JSON.parse(made.stdout) as {accessKeyId: string; accessKeySecret: string}
    const start = ['server', 'start', '--data-dir', dataDir, '--port', '0']
    const server = spawn(
      'sh',
      ['-c', `ulimit -n ${OPEN_FILES}; exec "$@"`, 'sh', process.execPath, join(PROJECT, 'bin/run.js'), ...start],
      {cwd: folder.path, env: {PATH: process.env.PATH, HOME: folder.path, ASSIST_HOME: folder.path}},
    )
    ending.push(() => server.kill('SIGKILL'), folder.remove)
    const url = await new Promise<string>((resolve) => {
      server.stderr.on('data', (data) => {
        const [match] = /http:\/\/127\.0\.0\.1:\d+/.exec(String(data)) ?? []
        if (match) resolve(match)
      })
    })
    let isOver = false
    const stranger = async (number: number): Promise<void> => {
      while (!isOver) {
        const localAddress = `127.0.0.${2 + (number % 50)}`
        const socket: Socket = createConnection({host: '127.0.0.1', port: Number(new URL(url).port), localAddress})
        ending.push(() => socket.destroy())
        socket.on('error', () => {})
        await new Promise((resolve) => socket.resume().on('close', resolve))
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
    const strangers = Array.from({length: 2 * OPEN_FILES}, (_, number) => stranger(number))
    await new Promise((resolve) => setTimeout(resolve, 500))
    const env = {
      ALIBABA_CLOUD_REGION_ID: 'local',
      ALIBABA_CLOUD_ENDPOINT: url,
      ALIBABA_CLOUD_ACCESS_KEY_ID: key.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: key.accessKeySecret,
    }
    const listed = await assist(['describe-commands', '--json'], {home: folder.path, env})
    isOver = true
    expect(listed).toMatchObject({code: 0, stderr: ''})
    server.kill('SIGKILL')
    await Promise.all(strangers)
  },
  60_000,
)
