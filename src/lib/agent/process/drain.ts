import {spawn} from 'node:child_process'
import {constants, openSync} from 'node:fs'
import {closeQuietly} from './descriptor.ts'

/**
 * Leaves a FIFO to a process that reads it to nowhere until nobody holds its other end. A server that a script has started in the background,
 * as deploy scripts do, would be ended by its next line if nobody read any more, and would wait for ever if somebody held the FIFO without
 * reading. The process outlives the agent. Resolves when it reads, or cannot be started; never rejects.
 */
export async function drainFurther(fifo: string): Promise<void> {
  let keeper: number | undefined
  try {
    // Neither waits for the other side nor lets the reader wait for it.
    keeper = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK)
    await started(fifo)
  } catch {
    // The folder has gone, or there is no descriptor left: then nobody reads any more.
  } finally {
    closeQuietly(keeper)
  }
}

function started(fifo: string): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', 'exec <"$1" && echo && exec cat >/dev/null', 'assist-drain', fifo], {
      ...{detached: true, cwd: '/', env: {PATH: '/usr/bin:/bin'}},
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    child.once('error', () => resolve())
    child.once('exit', () => resolve())
    child.stdout?.once('data', () => {
      child.stdout?.destroy()
      child.unref()
      resolve()
    })
  })
}
