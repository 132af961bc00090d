import {chmodSync, chownSync} from 'node:fs'
import {join} from 'node:path'
import type {Clock} from '../../core/clock.ts'
import {OUTPUT_FIFO} from './run-folders.ts'
import {type EndScope, GRACE_MS, type RunningProcess, type StartRequest} from './start.ts'
import {cookieOf, Supervised} from './supervised.ts'
import {endScript, endTree} from './tree.ts'
import {switchUser} from './user.ts'

/**
 * Starts scripts under supervisors. Some of those are started ahead: starting a process copies the page tables of the agent, which
 * takes several milliseconds, while telling a waiting supervisor what to run takes a tenth of one.
 */
export class PosixStarter {
  readonly #clock: Clock
  readonly #waiting = new Map<string, Supervised>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  warmUp(folder: string): void {
    this.#waiting.set(folder, new Supervised(folder))
  }

  coolDown(folder: string): void {
    this.#waiting.get(folder)?.dismiss()
    this.#waiting.delete(folder)
  }

  async start(request: StartRequest): Promise<RunningProcess> {
    const {folder, account, onOutput} = request
    const user = account === undefined ? {argv: [], options: {}} : switchUser(account)
    if (account !== undefined) {
      const fifo = join(folder, OUTPUT_FIFO)
      chownSync(fifo, account.uid, account.gid) // /dev/stderr is opened anew, by that user
      chmodSync(fifo, 0o600)
    }
    const supervised = this.#take(folder, user.options)
    const {pid} = supervised
    if (pid === undefined) throw new Error('/bin/sh could not be started')
    const argv = [...user.argv, ...request.argv]
    try {
      supervised.tell({environment: request.environment, cwd: request.cwd, argv}, onOutput)
    } catch (error) {
      supervised.dismiss() // told nothing, it would wait for as long as we live
      throw error
    }
    return {
      ...{pid, exited: supervised.exited, outputEnded: supervised.outputEnded},
      closeOutput: () => supervised.closeOutput(),
      end: (scope) => this.#end(scope, pid, cookieOf(folder)),
    }
  }

  #take(folder: string, options: {uid?: number | undefined; gid?: number | undefined}): Supervised {
    const waiting = this.#waiting.get(folder)
    this.#waiting.delete(folder)
    if (waiting?.pid !== undefined && options.uid === undefined) return waiting
    waiting?.dismiss()
    return new Supervised(folder, options)
  }

  async #end(scope: EndScope, leader: number, cookie: string): Promise<void> {
    if (scope === 'process') await endScript(leader, GRACE_MS, this.#clock)
    else await endTree({leader, cookie}, GRACE_MS, this.#clock)
  }
}
