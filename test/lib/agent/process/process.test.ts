import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {OutputWindow} from '../../../../src/lib/agent/output/window.ts'
import {RunFolders} from '../../../../src/lib/agent/process/run-folders.ts'
import {PosixStarter} from '../../../../src/lib/agent/process/start.posix.ts'
import type {RunningProcess} from '../../../../src/lib/agent/process/start.ts'
import {cookieOf} from '../../../../src/lib/agent/process/supervised.ts'
import {listProcesses} from '../../../../src/lib/agent/process/table.ts'
import {endTree, Family, livingMembers} from '../../../../src/lib/agent/process/tree.ts'
import {systemClock} from '../../../../src/lib/system/clock.ts'

const root = mkdtempSync(join(tmpdir(), 'assist-process-'))
const starter = new PosixStarter(systemClock)
const folders = new RunFolders(join(root, 'runs'), starter)
const cookies: string[] = []

beforeAll(async () => {
  mkdirSync(join(root, 'runs'))
  await folders.prepare()
})

afterAll(async () => {
  for (const cookie of cookies) await endTree({leader: undefined, cookie}, 0, systemClock)
  folders.close()
  rmSync(root, {recursive: true, force: true})
})

async function start(script: string | Buffer, onOutput?: (bytes: Uint8Array) => boolean) {
  const folder = await folders.take()
  cookies.push(cookieOf(folder))
  const file = join(folder, 'script.sh')
  writeFileSync(file, script)
  const parts: Buffer[] = []
  const keep = (bytes: Uint8Array): boolean => parts.push(Buffer.from(bytes)) > 0
  const environment = {PATH: process.env.PATH ?? '', HOME: root}
  const child = await starter.start({
    ...{folder, environment, cwd: root, account: undefined, argv: ['/bin/sh', file]},
    onOutput: onOutput ?? keep,
  })
  const tree = {leader: child.pid, cookie: cookieOf(folder)}
  return {child, tree, output: () => Buffer.concat(parts)}
}

async function runToEnd(script: string | Buffer): Promise<{exitCode: number | 'lost'; output: Buffer}> {
  const {child, output} = await start(script)
  const exitCode = await child.exited
  await child.outputEnded
  return {exitCode, output: output()}
}

async function timed(child: RunningProcess): Promise<number> {
  const from = performance.now()
  await child.end('tree')
  await child.exited
  return performance.now() - from
}

describe('a started script', () => {
  it.each([
    {name: 'its exit code', script: 'exit 7', exitCode: 7},
    {name: 'the largest exit code', script: 'exit 255', exitCode: 255},
    {name: '128 + N for signal N', script: 'kill -9 $$', exitCode: 137},
  ])('ends with $name', async ({script, exitCode}) => {
    expect((await runToEnd(script)).exitCode).toBe(exitCode)
  })

  it('may write to /dev/stdout and /dev/stderr, and everything keeps its order', async () => {
    const script = 'echo 1; echo 2 >&2; echo 3 >/dev/stdout; echo 4 >/dev/stderr; echo 5'
    expect((await runToEnd(script)).output.toString()).toBe('1\n2\n3\n4\n5\n')
  })

  it('has a quiet stdin, a session of its own and an environment made from nothing', async () => {
    const {output} = await runToEnd('cat; ps -o sid= -p $$; env')
    const [session, ...lines] = output.toString().trim().split('\n')
    expect(Number(session)).not.toBe(process.pid)
    const names = lines.map((line) => line.split('=')[0]).sort()
    expect(names).toEqual(['ASSIST_RUN', 'HOME', 'PATH', 'PWD', '_'].filter((name) => names.includes(name)))
  })

  it('reads its own lines, whatever characters are in them (F22: text cut at each byte)', async () => {
    const text = '中文输出，一个字一个字。\n'
    const bytes = [...Buffer.from(text.repeat(3))]
    const writes = bytes.map((byte) => `printf '\\${byte.toString(8).padStart(3, '0')}'${byte % 2 ? ' >&2' : ''}`)
    expect((await runToEnd(writes.join('\n'))).output.toString()).toBe(text.repeat(3))
  })

  it('passes invalid UTF-8, NUL and a line of a megabyte as they are (F23)', async () => {
    const {output} = await runToEnd(`printf '\\377\\000\\300'; head -c 1000000 /dev/zero | tr '\\0' x; printf end`)
    expect(output.length).toBe(1_000_006)
    expect(output.subarray(0, 3)).toEqual(Buffer.from([0xff, 0, 0xc0]))
    expect(output.subarray(-4).toString()).toBe('xend')
  })

  it('can be refused when its program line has a line break', async () => {
    const folder = await folders.take()
    const order = {
      folder,
      environment: {},
      cwd: root,
      account: undefined,
      argv: ['/bin/sh', 'a\nb'],
      onOutput: () => true,
    }
    await expect(starter.start(order)).rejects.toThrow('line break')
    folders.discard(folder)
  })
})

describe('output', () => {
  it('of 100 MB flows through flat memory, with an exact count and the end kept (F21)', async () => {
    const window = new OutputWindow(24_576)
    const before = process.memoryUsage.rss()
    let most = before
    const {child} = await start('yes 0123456789abcde | head -c 100000000; printf "the last line"', (bytes) => {
      window.append(bytes)
      most = Math.max(most, process.memoryUsage.rss())
      return true
    })
    expect(await child.exited).toBe(0)
    await child.outputEnded
    const last = window.last()
    expect(window.totalBytes).toBe(100_000_013)
    expect(last.dropped).toBe(100_000_013 - 24_576)
    expect(last.bytes.toString()).toMatch(/0123456789abcde\nthe last line$/)
    expect((most - before) / 2 ** 20).toBeLessThan(64)
  })
})

describe('the end of a tree', () => {
  const stubborn = `trap '' TERM; sleep 300 & sleep 300`
  it.each([
    {name: 'a child', script: 'sleep 300 & wait'},
    {name: 'a grandchild', script: 'sh -c "sleep 300 & wait" & wait'},
    {name: 'a child in a session of its own', script: 'setsid sleep 300 & wait'},
    {name: 'a daemon', script: '(setsid sh -c "sleep 300 & sleep 300" & ) ; sleep 300'},
  ])('takes $name with it, at once', async ({script}) => {
    const {child, tree} = await start(script)
    await waitUntil(() => livingMembers(tree).size >= 3)
    expect(await timed(child)).toBeLessThan(2000)
    expect(carriers(tree.cookie)).toEqual([])
  })

  it('kills after ten seconds what ignores SIGTERM (F19)', async () => {
    const {child, tree} = await start(`${stubborn} & setsid sh -c "${stubborn}" & ${stubborn}`)
    await waitUntil(() => livingMembers(tree).size >= 8)
    const tookMs = await timed(child)
    expect(tookMs).toBeGreaterThan(9500)
    expect(tookMs).toBeLessThan(12_000)
    expect(carriers(tree.cookie)).toEqual([])
  })

  it('lets a script clean up, and still knows its exit code', async () => {
    const {child, output} = await start(`trap 'echo bye; exit 5' TERM; echo up; while :; do sleep 0.05; done`)
    await waitUntil(() => output().length > 0)
    await child.end('tree')
    expect(await child.exited).toBe(5)
    await child.outputEnded
    expect(output().toString()).toMatch(/^up\n(Terminated\n)?bye\n$/) // the shell may name its sleep
  })

  it('spares the children where only the script is to end', async () => {
    const {child, tree} = await start('sleep 300 & echo up; exec sleep 301')
    await waitUntil(() => livingMembers(tree).size >= 3)
    await child.end('process')
    await child.exited
    expect(livingMembers(tree).size).toBe(1)
  })
})

/** Found in another way than the code under test finds them. */
function carriers(cookie: string): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, 'latin1').includes(cookie)
    } catch {
      return false
    }
  })
}

async function waitUntil(look: () => boolean): Promise<void> {
  const until = performance.now() + 5000
  while (!look()) {
    if (performance.now() > until) throw new Error('waited 5 s in vain')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('a server that a script leaves behind', () => {
  it.each([
    {name: 'nohup', start: 'nohup sh -c "$SERVER" &'},
    {name: 'setsid', start: 'setsid sh -c "$SERVER" &'},
    {name: 'stderr only', start: 'nohup sh -c "$SERVER" >/dev/null &'},
  ])('prints on for as long as it likes once nobody takes its output: $name', async ({start: line}) => {
    const count = join(root, `count-${line.length}`)
    const server = `i=0; while [ $i -lt 40 ]; do i=$((i+1)); echo line $i || exit; echo err $i >&2 || exit; echo $i > ${count}; sleep 0.05; done`
    const {child} = await start(`export SERVER='${server}'\n${line}\necho started`)
    expect(await child.exited).toBe(0)
    await child.leaveOutput()
    await child.outputEnded
    await until(() => readFileSync(count, 'utf8').trim() === '40')
  })
})

describe.skipIf(process.platform !== 'linux')('a run', () => {
  it('whose supervisor is killed is lost, and can still be ended', async () => {
    const {child, tree, output} = await start('echo $PPID; exec sleep 60')
    await until(() => output().length > 0)
    process.kill(Number(output().toString()), 'SIGKILL')
    expect(await child.exited).toBe('lost')
    expect(livingMembers(tree).size).toBe(1)
    await child.end('tree')
    expect(livingMembers(tree).size).toBe(0)
  })

  it.skipIf(process.getuid?.() !== 0)('lets whoever its script becomes write to /dev/stderr', async () => {
    const {exitCode, output} = await runToEnd("su nobody -s /bin/sh -c 'echo from nobody >/dev/stderr'")
    expect({exitCode, output: output.toString()}).toEqual({exitCode: 0, output: 'from nobody\n'})
  })

  it.skipIf(process.getuid?.() !== 0)(
    "leaves nothing of a user's own session that ignores SIGTERM",
    async () => {
      const {child, output} = await start(
        `runuser -l root -s /bin/sh -c 'trap "" TERM; echo $$; i=0; while [ $i -lt 300 ]; do i=$((i+1)); sleep 0.1; done'`,
      )
      await until(() => output().length > 0)
      const pid = Number(output().toString())
      await child.end('tree')
      // Whoever inherits it may take its time to collect it.
      expect(listProcesses().map((entry) => entry.pid)).not.toContain(pid)
    },
    30_000,
  )

  it('leaves nothing that has the output, however it got away', async () => {
    const {child, output} = await start(
      `(setsid env -i sh -c 'echo $$; i=0; while [ $i -lt 300 ]; do i=$((i+1)); sleep 0.1; done' &); sleep 60`,
    )
    await until(() => output().length > 0)
    const pid = Number(output().toString())
    await child.end('tree')
    expect(listProcesses().map((entry) => entry.pid)).not.toContain(pid)
  }, 30_000)

  it('leaves nothing that gave up all that marks it, its output too, after it was seen', async () => {
    const {child, output} = await start(
      `(setsid env -i sh -c 'echo $$; exec >/dev/null 2>&1; i=0; while [ $i -lt 300 ]; do i=$((i+1)); sleep 0.1; done' & sleep 1.5) & sleep 60`,
    )
    await until(() => output().length > 0)
    await new Promise((resolve) => setTimeout(resolve, 2000))
    const pid = Number(output().toString())
    expect(listProcesses().map((entry) => entry.pid)).toContain(pid)
    await child.end('tree')
    // Whoever inherits it may take its time to collect it.
    expect(listProcesses().map((entry) => entry.pid)).not.toContain(pid)
  }, 30_000)
})

describe('watching a run', () => {
  it('looks less often where a look takes long', async () => {
    const pauses: number[] = []
    let nowMs = 0
    let finish = (): void => {}
    const over = new Promise<void>((resolve) => {
      finish = resolve
    })
    const clock = {
      now: () => nowMs,
      // Every look at it costs 20 ms.
      monotonic: () => (nowMs += 20),
      sleep: async (ms: number) => {
        pauses.push(ms)
        if (pauses.length === 5) finish()
      },
    }
    await new Family({leader: undefined, cookie: 'none'}, clock).watch(over)
    expect(pauses).toEqual([100, 5000, 5000, 5000, 5000])
  })
})

async function until(look: () => boolean): Promise<void> {
  const from = performance.now()
  for (;;) {
    try {
      if (look()) return
    } catch {
      // Not there yet.
    }
    if (performance.now() - from > 10_000) throw new Error('it did not come in 10 s')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
