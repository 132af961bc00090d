import {Flags} from '@oclif/core'
import {BaseCommand} from '../lib/cli/command/base-command.ts'
import type {WhoAmI as Result} from '../lib/cli/connect/who-am-i.ts'
import {connectionFlags} from '../lib/cli/flags/common.ts'
import type {View} from '../lib/view/form/render.ts'

export default class WhoAmI extends BaseCommand {
  static override summary = 'Show which profile, key, region and endpoint a command would use.'
  static override description =
    'Sends nothing. With --explain it also names every source that was passed over, and why.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --explain',
    '<%= config.bin %> <%= command.id %> --profile production --json',
  ]
  static override flags = {
    ...connectionFlags,
    explain: Flags.boolean({description: 'Also list the sources that were passed over.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(WhoAmI)
    const {whoAmI} = await import('../lib/cli/connect/who-am-i.ts')
    const passedOver: Result['passedOver'][number][] = []
    let found: Result
    try {
      found = whoAmI(flags, process.env, {passedOver, warn: (text) => this.notice(flags, text)})
    } catch (error) {
      // That nothing can be used is when one most wants to know what was looked at.
      if (flags.explain) await this.show(flags, {passedOver}, () => passedOverView(passedOver))
      throw error
    }
    if (!flags.explain) {
      const {passedOver: _, ...result} = found
      return this.show(flags, result, () => whoView(found))
    }
    await this.show(flags, found, () => explainView(found))
  }
}

function whoView({profile, source, accessKeyId, region, endpoint}: Result): View {
  const columns = ['profile', 'source', 'accessKeyId', 'region', 'endpoint'].map((key) => ({
    key,
    label: LABELS[key] ?? key,
  }))
  return {vertical: true, columns, rows: [[profile, source, accessKeyId, region, endpoint]]}
}

const LABELS: Readonly<Record<string, string>> = {
  profile: 'Profile',
  source: 'Keys from',
  accessKeyId: 'Access key',
  region: 'Region',
  endpoint: 'Endpoint',
}

function passedOverView(passedOver: Result['passedOver']): View {
  return {
    columns: [
      {key: 'source', label: 'Source'},
      {key: 'use', label: 'Use'},
    ],
    rows: passedOver.map(({source, reason}) => [source, {text: `passed over: ${reason}`, tone: 'dim'} as const]),
  }
}

function explainView(found: Result): View {
  const {columns, rows} = passedOverView(found.passedOver)
  return {
    columns,
    rows: [
      ...rows,
      [found.source, {text: `keys (${found.mode}${found.accessKeyId ? `, ${found.accessKeyId}` : ''})`, tone: 'good'}],
      [found.regionFrom, {text: `region ${found.region}`, tone: 'good'}],
      [found.endpointFrom, {text: `endpoint ${found.endpoint}`, tone: 'good'}],
    ],
  }
}
