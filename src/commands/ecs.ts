import {Args} from '@oclif/core'
import {BaseCommand} from '../lib/cli/command/base-command.ts'
import {connectionFlags, type OutputFlagValues} from '../lib/cli/flags/common.ts'
import {parseEcsArguments} from '../lib/cli/raw/arguments.ts'
import type {DryRun} from '../lib/cli/raw/call.ts'
import {parseOutputFormat} from '../lib/cli/terminal/show.ts'
import {writeOut} from '../lib/cli/terminal/standard-output.ts'
import {ECS_VERSION} from '../lib/protocol/ecs/version.ts'

export default class Ecs extends BaseCommand {
  static override summary = 'Call any action of the ECS API and print its answer as it came.'
  static override description =
    `Parameters are given by their API names, word for word; RegionId is added. Names that the action does not have, and required ones that are missing, are refused before anything is sent, unless --force is given. "assist ecs ACTION help" lists them.
Understands the flags of the official CLI: --cli-query, --pager, --waiter, --output cols=… rows=… num=…, --dryrun, --header, --endpoint-type, --config-path, --secure, --read-timeout, --connect-timeout, --retry-count and --log-level. With --quiet it prints nothing but errors.`
  static override examples = [
    '<%= config.bin %> ecs CreateCommand --Name test --Type RunShellScript \\\n  --CommandContent ZWNobyAxMjM=',
    '<%= config.bin %> ecs InvokeCommand --CommandId c-example --InstanceId.1 i-bp1example \\\n  --Timed true --Frequency "0 */10 * * * *"',
    '<%= config.bin %> ecs RunCommand help',
    '<%= config.bin %> ecs DescribeInvocationResults --InvokeId t-example \\\n  --cli-query Invocation.InvocationResults',
    '<%= config.bin %> ecs DescribeCommands --pager --output cols=CommandId,Name',
    "<%= config.bin %> ecs DescribeInvocations --InvokeId t-example \\\n  --waiter expr='Invocations.Invocation[0].InvocationStatus' to=Success",
  ]
  static override usage = '<%= command.id %> ACTION [--Parameter VALUE]... [FLAGS]'
  static override strict = false
  static override args = {action: Args.string({description: 'Action, such as DescribeInvocations.', ignoreStdin: true})}
  static override flags = connectionFlags

  async run(): Promise<void> {
    const call = parseEcsArguments(this.argv, ECS_VERSION)
    this.parsed = true
    const flags: OutputFlagValues & typeof call.flags = {...call.flags, output: parseOutputFormat(call.flags.output)}
    if (flags.help) {
      const {describeParameters, parametersView} = await import('../lib/cli/raw/describe-parameters.ts')
      const described = describeParameters(call.action)
      return this.show(flags, described, () => parametersView(described))
    }
    const {callEcs, checkCall, ecsView} = await import('../lib/cli/raw/call.ts')
    await checkCall(call)
    const {ecs, region} = await this.connect(flags)
    if (flags.isDryRun) {
      const {action, parameters} = call
      const request: DryRun = {action, endpoint: ecs.endpoint, region, parameters: {RegionId: region, ...parameters}}
      return this.show({...flags, output: 'json'}, request, () => ({columns: [], rows: []}))
    }
    const answer = await callEcs(ecs, call)
    if (flags.quiet) return
    if (flags.table && flags.query === undefined) {
      const {officialTable} = await import('../lib/cli/raw/table.ts')
      writeOut(officialTable(await ecsView(answer, flags.table)))
      return
    }
    const asRows = flags.output !== undefined && !flags.output.endsWith('json') && flags.output !== 'yaml'
    const view = asRows ? await ecsView(answer, {}) : undefined
    await this.show({...flags, output: flags.output ?? 'json'}, answer, () => view ?? {columns: [], rows: []})
  }
}
