import {Flags} from '@oclif/core'
import {describeOpenWork, type OpenWork} from '../../lib/actions/run/open-work.ts'
import {stop} from '../../lib/actions/run/stop-invocation.ts'
import {BaseCommand} from '../../lib/cli/command/base-command.ts'
import type {Connection} from '../../lib/cli/connect/connect.ts'
import {surroundings} from '../../lib/cli/terminal/surroundings.ts'
import {openWorkLines} from '../../lib/view/run/open-work.ts'

const LOOK_EVERY_MS = 500
const LONGEST_STOP_MS = 10_000

export default class LocalDown extends BaseCommand {
  static override summary = 'Stop the control plane on this machine; its data stays.'
  static override description =
    'Asks first when scripts run; without a terminal it needs --wait or --force then. Schedules pause until it is up again.'
  static override examples = ['<%= config.bin %> local down', '<%= config.bin %> local down --wait']
  static override flags = {
    wait: Flags.boolean({description: 'Let scripts that run end first.', exclusive: ['force']}),
    force: Flags.boolean({description: 'Stop scripts that run, without asking.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(LocalDown)
    const {localDown, localStatus} = await import('../../lib/cli/plane/plane.ts')
    const {askBeforeDown} = await import('../../lib/cli/plane/ask-before-down.ts')
    const {confirm} = await import('../../lib/cli/terminal/prompt.ts')
    if (localStatus(process.env).running) {
      const plane = await this.connect({profile: 'local'}).catch(() => undefined)
      const work = plane && (await this.#openWork(plane))
      if (plane && work) {
        for (const line of openWorkLines(work)) this.notice(flags, line)
        const noInput = flags['no-input'] === true
        const choice = await askBeforeDown(work.runs.length, {wait: flags.wait, force: flags.force}, {noInput, confirm})
        if (choice === 'leave') return this.notice(flags, 'It stays up.')
        if (choice === 'wait') await this.#untilDone(plane)
        if (choice === 'stop') await this.#stopAll(plane, work)
      }
    }
    const stopped = await localDown(process.env)
    this.notice(flags, stopped ? 'Stopped.' : 'It was not running.')
  }

  /** Undefined when the plane does not answer: then it has to go down without. */
  async #openWork({ecs}: Connection): Promise<OpenWork | undefined> {
    const {clock, zone} = surroundings
    return describeOpenWork({ecs, nowMs: clock.now(), zone}).catch(() => undefined)
  }

  async #untilDone(plane: Connection): Promise<void> {
    while (((await this.#openWork(plane))?.runs.length ?? 0) > 0) await surroundings.clock.sleep(LOOK_EVERY_MS)
  }

  /** Stopped as anybody would stop them, so that their results say so. */
  async #stopAll({ecs}: Connection, {runs}: OpenWork): Promise<void> {
    const deps = {ecs, ...surroundings, notice: () => {}}
    const how = {instanceIds: [], wait: true, timeoutMs: LONGEST_STOP_MS}
    const {signal} = new AbortController()
    await Promise.all(runs.map(({invokeId}) => stop(deps, {invokeId, ...how}, signal).catch(() => undefined)))
  }
}
