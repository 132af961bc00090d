/** What `assist ecs` was told besides parameters. */
export interface EcsFlags {
  profile?: string
  region?: string
  endpoint?: string
  /** `vpc` or `public`. */
  'endpoint-type'?: string
  'ca-file'?: string
  /** File of the official CLI to take profiles from. */
  'config-path'?: string
  /** ms, as text. */
  timeout?: string
  /** Seconds for one try, as text. */
  'read-timeout'?: string
  'connect-timeout'?: string
  'retry-count'?: string
  output?: string
  /** `cols=…` and the like behind --output. */
  table?: Readonly<Record<string, string>>
  query?: string
  pager?: Readonly<Record<string, string>>
  waiter?: Readonly<Record<string, string>>
  headers?: Readonly<Record<string, string>>
  isDryRun?: true
  /** Take names and omissions as they are. */
  force?: true
  /** https, whatever the endpoint says. */
  secure?: true
  /** Print the parameters of the action. */
  help?: true
  quiet?: true
  debug?: true
  'no-pager'?: true
  'no-color'?: true
  'no-input'?: true
}

/**
 * - `ignored …`: of the official CLI, and without a meaning here
 * - `refused …`: of the official CLI, and something that assist does not do; `says` tells why
 */
export type FlagKind =
  | 'value'
  | 'switch'
  | 'ignored value'
  | 'ignored switch'
  | 'pairs'
  | 'output'
  | 'header'
  | 'log level'
  | 'refused'

export interface EcsFlag {
  kind: FlagKind
  to?: keyof EcsFlags
  says?: string
}

const NO_BODY = 'ECS takes its parameters one by one and has no body'

/** Ours and those of the official CLI. Names of parameters begin with a capital letter, so the two never meet. */
export const ECS_FLAGS: Readonly<Record<string, EcsFlag>> = {
  profile: {kind: 'value', to: 'profile'},
  region: {kind: 'value', to: 'region'},
  endpoint: {kind: 'value', to: 'endpoint'},
  'endpoint-type': {kind: 'value', to: 'endpoint-type'},
  'ca-file': {kind: 'value', to: 'ca-file'},
  'config-path': {kind: 'value', to: 'config-path'},
  timeout: {kind: 'value', to: 'timeout'},
  'read-timeout': {kind: 'value', to: 'read-timeout'},
  'retry-timeout': {kind: 'value', to: 'read-timeout'},
  'connect-timeout': {kind: 'value', to: 'connect-timeout'},
  'retry-count': {kind: 'value', to: 'retry-count'},
  query: {kind: 'value', to: 'query'},
  'cli-query': {kind: 'value', to: 'query'},
  output: {kind: 'output'},
  json: {kind: 'switch'},
  pager: {kind: 'pairs', to: 'pager'},
  waiter: {kind: 'pairs', to: 'waiter'},
  header: {kind: 'header'},
  dryrun: {kind: 'switch', to: 'isDryRun'},
  'cli-dry-run': {kind: 'switch', to: 'isDryRun'},
  'cli-dry-run-json': {kind: 'switch', to: 'isDryRun'},
  force: {kind: 'switch', to: 'force'},
  secure: {kind: 'switch', to: 'secure'},
  help: {kind: 'switch', to: 'help'},
  quiet: {kind: 'switch', to: 'quiet'},
  debug: {kind: 'switch', to: 'debug'},
  'log-level': {kind: 'log level'},
  'no-pager': {kind: 'switch', to: 'no-pager'},
  'no-color': {kind: 'switch', to: 'no-color'},
  'no-input': {kind: 'switch', to: 'no-input'},
  version: {kind: 'value'},
  accept: {kind: 'ignored value'},
  method: {kind: 'ignored value'},
  language: {kind: 'ignored value'},
  'user-agent': {kind: 'ignored value'},
  yes: {kind: 'ignored switch'},
  body: {kind: 'refused', says: NO_BODY},
  'body-file': {kind: 'refused', says: NO_BODY},
  mode: {
    kind: 'refused',
    says: 'how a profile comes by its keys is stored in it. Choose one with --profile, make one with: assist configure --mode …',
  },
  'skip-secure-verify': {
    kind: 'refused',
    says: 'assist never talks to a server that it cannot verify. Name its authority: assist configure set ca-file=…',
  },
  insecure: {kind: 'refused', says: 'for plain http say so in the address: --endpoint http://…'},
}

export const SHORT_FLAGS: Readonly<Record<string, string>> = {
  '-p': '--profile',
  '-o': '--output',
  '-e': '--endpoint',
  '-q': '--quiet',
  '-y': '--yes',
  '-h': '--help',
}
