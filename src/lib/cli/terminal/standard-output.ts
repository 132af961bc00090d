import {fstatSync, writeSync} from 'node:fs'
import {unwritable} from './guard-streams.ts'

const STDOUT = 1
const STDERR = 2

/** What a terminal is like; of anything else, nothing is known and nothing needs to be. */
export interface Screen {
  isTTY?: boolean
  columns?: number
  rows?: number
}

/** The terminal behind standard output, if it is one. */
export function screen(): Screen {
  return isPipeOrFile(STDOUT) ? {} : process.stdout
}

/** The same for standard error. */
export function errorScreen(): Screen {
  return isPipeOrFile(STDERR) ? {} : process.stderr
}

/** Writes a result. A reader that is gone or a full disk ends the process. */
export function writeOut(text: string): void {
  try {
    writeAll(STDOUT, text, () => process.stdout)
  } catch (error) {
    unwritable(error as NodeJS.ErrnoException)
  }
}

/** Writes a line for the person. If it can't be written, nobody is left to be told. */
export function writeErr(text: string): void {
  try {
    writeAll(STDERR, text, () => process.stderr)
  } catch {
    // As said.
  }
}

/**
 * Without the streams that Node makes for `process.stdout` and `process.stderr`, which load sockets and take a fifth of a start. They block
 * just so; on Windows they know more of pipes than we do, and where somebody has made the pipe one that doesn't block, they know how to wait.
 */
function writeAll(descriptor: number, text: string, stream: () => NodeJS.WriteStream): void {
  if (process.platform === 'win32') {
    stream().write(text)
    return
  }
  let left = Buffer.from(text)
  try {
    while (left.length > 0) left = left.subarray(writeSync(descriptor, left))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    stream().write(left)
  }
}

function isPipeOrFile(descriptor: number): boolean {
  try {
    const state = fstatSync(descriptor)
    return state.isFIFO() || state.isSocket() || state.isFile()
  } catch {
    return false
  }
}
