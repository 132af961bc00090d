import {Flags} from '@oclif/core'
import {parseDuration} from '../../core/duration.ts'
import {OUTPUT_FORMATS, type OutputFormat} from '../../view/form/render.ts'

/** Flags that every command has. */
export const outputFlags = {
  output: Flags.option({
    char: 'o',
    options: OUTPUT_FORMATS,
    description: 'Form of the result (default: table on a terminal, text in a pipe).',
    helpGroup: 'OUTPUT',
  })(),
  json: Flags.boolean({description: 'Same as --output json.', helpGroup: 'OUTPUT', exclusive: ['output']}),
  query: Flags.string({description: 'JMESPath expression applied to the result.', helpGroup: 'OUTPUT'}),
  columns: Flags.string({description: 'Columns to show, separated by commas.', helpGroup: 'OUTPUT'}),
  'no-pager': Flags.boolean({
    description: 'Never show a long table page by page (also: ASSIST_NO_PAGER).',
    helpGroup: 'OUTPUT',
  }),
  'no-color': Flags.boolean({description: 'No colours (also: NO_COLOR).', helpGroup: 'OUTPUT'}),
  'no-input': Flags.boolean({description: 'Never ask; fail instead.', helpGroup: 'GLOBAL'}),
  quiet: Flags.boolean({char: 'q', description: 'No notices or progress on stderr.', helpGroup: 'GLOBAL'}),
  debug: Flags.boolean({description: 'Show each request on stderr, without secrets.', helpGroup: 'GLOBAL'}),
}

const DAY_MS = 86_400_000

/** `90s` to milliseconds, as text. @throws AssistError (usage) */
export function parseTimeout(text: string): string {
  return String(parseDuration(text, '--timeout', {minMs: 100, maxMs: 30 * DAY_MS}))
}

/** Flags of commands that talk to a control plane. */
export const connectionFlags = {
  profile: Flags.string({
    char: 'p',
    description: 'Profile to use; "local" is the control plane on this machine.',
    helpGroup: 'GLOBAL',
  }),
  region: Flags.string({description: 'Region id, such as cn-hangzhou.', helpGroup: 'GLOBAL'}),
  endpoint: Flags.string({description: 'Address of the control plane.', helpGroup: 'GLOBAL'}),
  'ca-file': Flags.string({
    description: 'PEM file of an authority to trust in addition.',
    helpGroup: 'GLOBAL',
    helpValue: 'FILE',
  }),
  timeout: Flags.string({
    description: 'Longest time to wait in all, such as 90s or 10m.',
    helpGroup: 'GLOBAL',
    parse: async (text) => parseTimeout(text),
  }),
}

export interface OutputFlagValues {
  output?: OutputFormat | undefined
  json?: boolean | undefined
  query?: string | undefined
  columns?: string | undefined
  'no-pager'?: boolean | undefined
  'no-color'?: boolean | undefined
  'no-input'?: boolean | undefined
  quiet?: boolean | undefined
  debug?: boolean | undefined
}

export interface ConnectionFlagValues {
  profile?: string | undefined
  region?: string | undefined
  endpoint?: string | undefined
  /** ms, as text. */
  timeout?: string | undefined
  'endpoint-type'?: string | undefined
  'ca-file'?: string | undefined
  /** Profile file of the official CLI to use instead of ours. */
  'config-path'?: string | undefined
  /** Seconds, as text. */
  'read-timeout'?: string | undefined
  'connect-timeout'?: string | undefined
  'retry-count'?: string | undefined
  /** https, whatever the endpoint says. */
  secure?: boolean | undefined
}
