import type {Clock} from '../../core/clock.ts'
import {whyNot} from '../../core/system-reason.ts'
import {type EndScope, GRACE_MS, type RunningProcess, type StartRequest} from './start.ts'
import {cookieOf, Supervised} from './supervised.ts'
import {endScript, Family} from './tree.ts'
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
    const supervised = this.#take(folder, user.options)
    const {pid} = supervised
    if (pid === undefined) throw new Error(`/bin/sh could not be started: ${whyNot(await supervised.failure)}`)
    const argv = [...user.argv, ...request.argv]
    try {
      supervised.tell({environment: request.environment, cwd: request.cwd, argv}, onOutput)
    } catch (error) {
      supervised.dismiss() // told nothing, it would wait for as long as we live
      throw error
    }
    const family = new Family({leader: pid, cookie: cookieOf(folder)}, this.#clock)
    void family.watch(supervised.exited)
    return {
      ...{pid, exited: supervised.exited, outputEnded: supervised.outputEnded},
      resumeOutput: () => supervised.resumeOutput(),
      leaveOutput: () => supervised.leaveOutput(),
      end: (scope) => this.#end(scope, pid, family),
    }
  }

  #take(folder: string, options: {uid?: number | undefined; gid?: number | undefined}): Supervised {
    const waiting = this.#waiting.get(folder)
    this.#waiting.delete(folder)
    if (waiting?.pid !== undefined && options.uid === undefined) return waiting
    waiting?.dismiss()
    return new Supervised(folder, options)
  }

  async #end(scope: EndScope, leader: number, family: Family): Promise<void> {
    if (scope === 'process') await endScript(leader, GRACE_MS, this.#clock)
    else await family.end(GRACE_MS)
  }
}
