import {type ChildProcess, type SpawnOptions, spawn} from 'node:child_process'
import {constants, openSync} from 'node:fs'
import {Socket} from 'node:net'
import {basename, join} from 'node:path'
import {closeQuietly} from './descriptor.ts'
import {drainFurther} from './drain.ts'
import {OUTPUT_FIFO} from './run-folders.ts'
import {encodeOrder, type Order, SUPERVISOR} from './supervisor.ts'

const READ_BYTES = 64 * 1024

/**
 * A supervisor in a session of its own, and our end of its FIFO. It waits until it is told what to run.
 * The FIFO takes the place of Node's socket pair: scripts can open /dev/stderr, which sockets do not allow.
 */
export class Supervised {
  /** `lost`: the supervisor itself was ended by a signal. A script's own end by one is a code, told by the supervisor. */
  readonly exited: Promise<number | 'lost'>
  readonly outputEnded: Promise<void>
  /** Why it could not be started; never resolves when it was. */
  readonly failure: Promise<Error>
  readonly #child: ChildProcess
  readonly #output: Socket
  readonly #fifo: string
  #onOutput: (bytes: Uint8Array) => boolean = () => true
  #gone = false

  /** @throws a system error when there are no descriptors left. A program that cannot be started shows in `tell`. */
  constructor(folder: string, options: SpawnOptions = {}) {
    const fifo = join(folder, OUTPUT_FIFO)
    this.#fifo = fifo
    const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)
    // Elsewhere than on Linux a FIFO that nobody has opened for writing yet seems to have ended.
    const keeper = process.platform === 'linux' ? undefined : openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK)
    this.#child = spawn('/bin/sh', ['-c', SUPERVISOR, 'assist-run', fifo], {
      ...{detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/'},
      env: {ASSIST_RUN: cookieOf(folder)},
      ...options,
    })
    this.#child.stdin?.on('error', () => {}) // it has ended, which `exited` tells
    this.failure = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#forget()
        resolve(error)
      })
    })
    this.exited = new Promise((resolve) => {
      this.#child.once('exit', (code) => {
        closeQuietly(keeper)
        this.#gone = true
        resolve(code ?? 'lost')
      })
    })
    this.#output = this.#read(reader)
    this.outputEnded = new Promise((resolve) => {
      for (const event of ['end', 'close', 'error']) this.#output.once(event, () => resolve())
    })
  }

  /** Undefined when it could not be started or has ended. */
  get pid(): number | undefined {
    return this.#gone ? undefined : this.#child.pid
  }

  /** Has the order run. @throws Error when it cannot be put into words. */
  tell(order: Order, onOutput: (bytes: Uint8Array) => boolean): void {
    const text = encodeOrder(order)
    this.#onOutput = onOutput
    this.#child.stdin?.end(text)
  }

  resumeOutput(): void {
    this.#output.resume()
  }

  /** Somebody else reads from now on, to nowhere, as long as there is anybody who may print. */
  async leaveOutput(): Promise<void> {
    if (!this.#output.destroyed) await drainFurther(this.#fifo)
    this.#output.destroy()
  }

  /** Ends one that was told nothing: it reads the end of its orders. */
  dismiss(): void {
    this.#child.stdin?.destroy()
    this.#output.destroy()
  }

  #forget(): void {
    this.#gone = true
    this.#output.destroy()
  }

  /** One buffer is read into again and again, so that a flood of output costs no memory. */
  #read(fd: number): Socket {
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
    const callback = (bytes: number): boolean => this.#onOutput(buffer.subarray(0, bytes))
    const options = {fd, readable: true, writable: false, onread: {buffer, callback}}
    const socket = new Socket(options)
    socket.on('error', () => {})
    return socket.resume()
  }
}

/** The random name of a run's folder marks its processes, too. */
export function cookieOf(folder: string): string {
  return basename(folder)
}
