import {Args} from '@oclif/core'
import {BaseCommand} from '../lib/cli/command/base-command.ts'
import {ECS_VERSION} from '../lib/cli/connect/connect.ts'
import {connectionFlags, type OutputFlagValues} from '../lib/cli/flags/common.ts'
import {parseEcsArguments} from '../lib/cli/raw/arguments.ts'
import type {DryRun} from '../lib/cli/raw/call.ts'
import {parseOutputFormat} from '../lib/cli/terminal/show.ts'

export default class Ecs extends BaseCommand {
  static override summary = 'Call any action of the ECS API and print its answer as it came.'
  static override description =
    'Parameters are given by their API names, word for word; RegionId is added. Understands the flags of the official CLI: --cli-query, --pager, --waiter, --output cols=… rows=… num=…, --dryrun.'
  static override examples = [
    '<%= config.bin %> ecs CreateCommand --CommandContent ZWNobyAxMjM= --Type RunShellScript --Name test --Description test',
    '<%= config.bin %> ecs InvokeCommand --InstanceId.1 i-bp1example --CommandId c-example --Timed true --Frequency "0 */10 * * * *"',
    '<%= config.bin %> ecs DescribeInvocationResults --InvokeId t-example --cli-query Invocation.InvocationResults',
    '<%= config.bin %> ecs DescribeCommands --pager --output cols=CommandId,Name',
    "<%= config.bin %> ecs DescribeInvocations --InvokeId t-example --waiter expr='Invocations.Invocation[0].InvocationStatus' to=Success",
  ]
  static override usage = '<%= command.id %> ACTION [--Parameter VALUE]... [FLAGS]'
  static override strict = false
  static override args = {action: Args.string({description: 'Action, such as DescribeInvocations.', ignoreStdin: true})}
  static override flags = connectionFlags

  async run(): Promise<void> {
    const call = parseEcsArguments(this.argv, ECS_VERSION)
    this.parsed = true
    const flags: OutputFlagValues & typeof call.flags = {...call.flags, output: parseOutputFormat(call.flags.output)}
    const {callEcs, checkTogether, ecsView} = await import('../lib/cli/raw/call.ts')
    checkTogether(call)
    const {ecs, region} = await this.connect({...flags, timeout: call.flags.timeout})
    if (call.flags.isDryRun) {
      const {action, parameters} = call
      const request: DryRun = {action, endpoint: ecs.endpoint, region, parameters: {RegionId: region, ...parameters}}
      return this.show({...flags, output: 'json'}, request, () => ({columns: [], rows: []}))
    }
    const answer = await callEcs(ecs, call)
    const asRows =
      call.flags.table ??
      (flags.output === undefined || flags.output.endsWith('json') || flags.output === 'yaml' ? undefined : {})
    const view = asRows && (await ecsView(answer, asRows))
    const output = call.flags.table ? 'table' : (flags.output ?? 'json')
    await this.show({...flags, output}, answer, () => view ?? {columns: [], rows: []})
  }
}
