import {Args, Flags} from '@oclif/core'
import {parseLimit} from '../lib/actions/fields/list.ts'
import {listAgentStatus} from '../lib/actions/fleet/describe-instances.ts'
import {parseInstanceIds} from '../lib/actions/target/parse-targets.ts'
import {ListCommand} from '../lib/cli/command/list-command.ts'
import {connectionFlags} from '../lib/cli/flags/common.ts'
import {listFlags} from '../lib/cli/flags/list.ts'
import {surroundings} from '../lib/cli/terminal/surroundings.ts'
import {EXIT_CODES} from '../lib/core/errors.ts'
import {agentStatusView} from '../lib/view/fleet/instances.ts'

export default class DescribeStatus extends ListCommand {
  static override summary = 'Show whether the agents of instances are online, and which version they have.'
  static override description = 'Exits with 123 when an instance was asked about that the service does not know.'
  static override examples = [
    '<%= config.bin %> describe-status',
    '<%= config.bin %> describe-status i-bp1abc i-bp1def',
    "<%= config.bin %> describe-status --query 'statuses[?!online].instanceId'",
  ]
  static override strict = false
  static override args = {
    instanceId: Args.string({description: 'Instances to ask about; none means all.', ignoreStdin: true}),
  }
  static override flags = {
    ...connectionFlags,
    instance: Flags.string({
      char: 'i',
      multiple: true,
      multipleNonGreedy: true,
      description: 'Instance id, a comma list, @FILE, or - for a list on stdin.',
      helpGroup: 'FILTER',
      helpValue: 'ID',
    }),
    'os-type': Flags.string({
      options: ['Windows', 'Linux', 'FreeBSD'],
      description: 'Only this system.',
      helpGroup: 'FILTER',
    }),
    ...listFlags,
  }

  async run(): Promise<void> {
    const {argv, flags} = await this.parse(DescribeStatus)
    const texts = [...argv.map(String), ...(flags.instance ?? [])]
    const instanceIds = texts.length === 0 ? [] : await parseInstanceIds(surroundings, texts)
    const limit = parseLimit(flags.limit)
    const connection = await this.connect(flags)
    const listed = await listAgentStatus(connection, {instanceIds, osType: flags['os-type']}, limit)
    await this.showList(flags, 'statuses', listed, agentStatusView)
    const told = new Set(listed.items.map((status) => status.instanceId))
    const unknown = listed.hasMore ? [] : instanceIds.filter((id) => !told.has(id))
    for (const id of unknown) this.notice(flags, `${id}: the service knows no such instance`)
    if (unknown.length > 0) process.exitCode = EXIT_CODES.neverRan
  }
}
