import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Ended} from '../support/cli.ts'
import {type Plane, startPlane} from '../support/plane.ts'

const CANARY = 'canary7f3Qx'
let plane: Plane
const ended: Ended[] = []

beforeAll(async () => {
  plane = await startPlane()
})
afterAll(() => plane.stop())

function commandLines(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => {
      try {
        return readFileSync(join('/proc', pid, 'cmdline'), 'utf8')
      } catch {
        return ''
      }
    })
    .join('\n')
}

/** Every file below the homes that is a log, by its name. */
function logs(folder: string): string {
  return readdirSync(folder, {recursive: true, encoding: 'utf8'})
    .filter((name) => name.endsWith('.log'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n')
}

describe('secrets', () => {
  it('reach no error, no debug line, no log and no command line', async () => {
    const input = `echo {{password}} ${CANARY}-script; sleep 0.5; ls /proc/self/${CANARY}-missing`
    const running = plane.start(
      ['run', '--debug', '-i', plane.instanceId, '-', '--param', `password=${CANARY}-value`],
      {input},
    )
    await running.seen(/canary/)
    // The parameter stands in the argv of the person's own process; nobody else's may carry it.
    const others = commandLines()
      .split('\n')
      .filter((line) => line.includes(CANARY) && !line.includes('password='))
    expect(others).toEqual([])
    ended.push(await running.ended)

    const env = {ALIBABA_CLOUD_ACCESS_KEY_SECRET: `${CANARY}-secret`}
    const dead = {ALIBABA_CLOUD_ENDPOINT: 'http://127.0.0.1:9'}
    ended.push(await plane.assist(['commands', '--debug'], {env}))
    ended.push(await plane.assist(['commands', '--debug', '--json'], {env: {...env, ...dead}}))
    ended.push(await plane.assist(['create-command', '--debug', '--name', '', `echo ${CANARY}`], {env}))
    ended.push(await plane.assist(['ecs', 'CreateCommand', '--CommandContent', CANARY, '--debug'], {env}))
    ended.push(await plane.assist(['whoami', '--explain'], {env}))
    ended.push(await plane.assist(['commands', '--debug'], {env: {...env, DEBUG: '*'}}))
    for (const {stderr} of ended) expect(stderr).not.toContain(CANARY)
    expect(ended[1]?.code).toBe(121)
    expect(ended[2]?.code).toBe(122)

    await sleep(50)
    for (const text of [
      plane.server.stderr(),
      plane.server.stdout(),
      plane.agent.stderr(),
      plane.agent.stdout(),
      logs(plane.home),
    ]) {
      expect(text).not.toContain(CANARY)
      expect(text).not.toContain(plane.credentials.accessKeySecret)
      expect(text).not.toContain(Buffer.from(CANARY).toString('base64').slice(0, 12))
    }
  })
})
