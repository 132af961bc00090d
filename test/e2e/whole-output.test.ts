import {createHash} from 'node:crypto'
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type Plane, startPlane} from '../support/plane.ts'

let plane: Plane
beforeAll(async () => {
  plane = await startPlane()
}, 60_000)
afterAll(() => plane.stop())

function numbers(from: number, to: number): string {
  return Array.from({length: to - from + 1}, (_, index) => `${from + index}\n`).join('')
}

const HOLE = /\[assist: (\d+) bytes of output missing here\]\n/

/** Neither more nor less than what the script printed, but for holes that say how large they are. */
function expectHolesOnly(text: string, printed: string): number {
  const parts = text.split(HOLE)
  let position = 0
  let holes = 0
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 1) {
      position += Number(part)
      holes++
      continue
    }
    // A hole begins a line of its own, whatever stood there.
    const isCut = index < parts.length - 1 && part.endsWith('\n') && printed[position + part.length - 1] !== '\n'
    const told = isCut ? part.slice(0, -1) : part
    expect(printed.slice(position, position + told.length) === told).toBe(true)
    position += told.length
  }
  expect(position).toBe(printed.length)
  return holes
}

describe('a run that is followed', () => {
  it('prints 50,000 lines whole and in order, and ends with the code of the script', async () => {
    const ended = await plane.assist(['run', '-i', plane.instanceId, 'seq 50000; exit 3'])
    expect(ended.stdout === numbers(1, 50_000)).toBe(true)
    expect(ended).toMatchObject({code: 3, stderr: expect.not.stringContaining('missing')})
  })

  it('prints 100 MB whole', async () => {
    const ended = await plane.assist([
      'run',
      '-i',
      plane.instanceId,
      '--exec-timeout',
      '5m',
      'seq 13000000 | head -c 100000000',
    ])
    const expected = createHash('sha256')
    let left = 100_000_000
    for (let from = 1; left > 0; from += 100_000) {
      const some = Buffer.from(numbers(from, from + 99_999)).subarray(0, left)
      expected.update(some)
      left -= some.length
    }
    expect(ended.bytes.length).toBe(100_000_000)
    expect(createHash('sha256').update(ended.bytes).digest('hex')).toBe(expected.digest('hex'))
    expect(ended.code).toBe(0)
  }, 180_000)

  it('is told whole to each of two who follow', async () => {
    const one = plane.start(['run', '-i', plane.instanceId, '--print-id', 'echo begun; sleep 4; seq 400000'])
    const [id = ''] = await one.seen(/t-[a-z0-9]{20}/)
    const other = await plane.assist(['results', id, '--follow'])
    const first = await one.ended
    for (const {stdout, code} of [first, other]) {
      expect(stdout === `begun\n${numbers(1, 400_000)}`).toBe(true)
      expect(code).toBe(0)
    }
  }, 60_000)

  it('goes on through a restart of the server', async () => {
    const script = 'for i in 1 2 3 4 5 6; do seq 200000; sleep 1; done'
    const run = plane.start(['run', '-i', plane.instanceId, script])
    await run.seen(/\n200000\n/)
    await plane.killServer()
    await sleep(500)
    await plane.startServer()
    const {stdout, code} = await run.ended
    expect(stdout === numbers(1, 200_000).repeat(6)).toBe(true)
    expect(code).toBe(0)
  }, 90_000)

  it('ends with what had arrived when the agent dies', async () => {
    const run = plane.start(['run', '-i', plane.instanceId, 'seq 100000; sleep 60'])
    await run.seen(/\n100000\n/)
    await plane.killAgent()
    await plane.startAgent()
    const {stdout, stderr, code} = await run.ended
    expect(stdout === numbers(1, 100_000)).toBe(true)
    expect(stderr).toContain('Interrupted')
    expect(code).not.toBe(0)
  }, 60_000)

  it('is told whole of each of several instances, line by line', async () => {
    const others = await Promise.all(['two', 'three'].map((name) => plane.addAgent(name)))
    const ids = [plane.instanceId, ...others]
    const targets = ids.flatMap((id) => ['-i', id])
    const {stdout, code} = await plane.assist(['run', ...targets, 'seq 100000'])
    for (const id of ids) {
      const lines = stdout.split('\n').filter((line) => line.startsWith(`${id} `))
      expect(lines.map((line) => `${line.split('| ')[1]}\n`).join('') === numbers(1, 100_000)).toBe(true)
    }
    expect(code).toBe(0)
  }, 60_000)

  it('does not wait for one that has stopped, who is told of the hole in its place', async () => {
    const mark = join(plane.home, 'over')
    const run = plane.start(['run', '-i', plane.instanceId, `seq 10; sleep 1; seq 1000000; touch ${mark}`])
    await run.seen(/\n10\n/)
    run.process.kill('SIGSTOP')
    const stoppedMs = performance.now()
    while (!existsSync(mark) && performance.now() - stoppedMs < 60_000) await sleep(200)
    expect(existsSync(mark)).toBe(true)
    run.process.kill('SIGCONT')
    const {stdout, stderr, code} = await run.ended
    expect(expectHolesOnly(stdout, numbers(1, 10) + numbers(1, 1_000_000))).toBe(1)
    expect(stderr).toMatch(/\d+ bytes of output/)
    expect(code).toBe(0)
  }, 120_000)

  it('does not wait for one that is gone', async () => {
    const mark = join(plane.home, 'over too')
    const run = plane.start(['run', '-i', plane.instanceId, `seq 10; sleep 1; seq 1000000; echo $? > '${mark}'`])
    await run.seen(/\n10\n/)
    run.process.kill('SIGKILL')
    const goneMs = performance.now()
    while (!existsSync(mark) && performance.now() - goneMs < 60_000) await sleep(200)
    expect(readFileSync(mark, 'utf8')).toBe('0\n')
  }, 90_000)
})

describe('a run that nobody follows', () => {
  it('keeps the newest 24 KB, and never waits', async () => {
    const {stdout, code} = await plane.assist(['run', '-i', plane.instanceId, '--json', 'seq 1000000'])
    const [result] = JSON.parse(stdout).results
    const all = numbers(1, 1_000_000)
    expect(all.endsWith(result.output)).toBe(true)
    expect(result.dropped + result.output.length).toBe(all.length)
    expect(result.output.length).toBeLessThanOrEqual(24_576)
    expect(code).toBe(0)
  }, 60_000)
})
