import {describeOpenWork} from '../../lib/actions/run/open-work.ts'
import {BaseCommand} from '../../lib/cli/command/base-command.ts'
import {surroundings} from '../../lib/cli/terminal/surroundings.ts'
import {LOOK_HEADER} from '../../lib/protocol/ecs/look.ts'
import {localStatusView} from '../../lib/view/local-status.ts'
import {openWorkLines} from '../../lib/view/run/open-work.ts'

export default class LocalStatus extends BaseCommand {
  static override summary = 'Show whether the control plane on this machine runs, and what runs on it.'
  static override description =
    'Also where it keeps its data, the scripts that run and when schedules run next. Exits with 0 either way; scripts look at the field "running" of --json.'
  static override examples = ['<%= config.bin %> local status', '<%= config.bin %> local status --query running']

  async run(): Promise<void> {
    const {flags} = await this.parse(LocalStatus)
    const {localStatus} = await import('../../lib/cli/plane/plane.ts')
    const status = localStatus(process.env)
    const work = status.running ? await this.#work() : {runs: [], schedules: []}
    await this.show(flags, {...status, ...work}, () => localStatusView(status))
    for (const line of openWorkLines(work)) this.notice(flags, line)
  }

  async #work() {
    const {clock, zone} = surroundings
    try {
      const connection = await this.connect({profile: 'local'})
      const ecs: typeof connection.ecs = {
        ...connection.ecs,
        call: (action, parameters, options) =>
          connection.ecs.call(action, parameters, {...options, headers: {...options?.headers, [LOOK_HEADER]: '1'}}),
      }
      return await describeOpenWork({ecs, nowMs: clock.now(), zone})
    } catch {
      return {runs: [], schedules: []} // It has just gone; whoever asks again sees that.
    }
  }
}
