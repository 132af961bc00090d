import type {CredentialSource} from '../lib/core/credential-source.ts'
import {AssistError} from '../lib/core/errors.ts'
import type {Environment} from './paths.ts'

/** What the environment asks for. A variable that is set but empty counts as not set. */
export interface EnvironmentSettings {
  credentials: Found<CredentialSource> | undefined
  /** Key variables that are set but empty: what a missing CI secret looks like. */
  emptyKeys: readonly string[]
  /** Variables of other tools that look like ours and are not read. */
  lookalikes: {keys: readonly string[]; region: readonly string[]}
  profile: Found<string> | undefined
  region: Found<string> | undefined
  endpoint: Found<string> | undefined
  endpointType: Found<string> | undefined
  stsEndpoint: Found<string> | undefined
  stsRegion: Found<string> | undefined
  credentialsUri: Found<string> | undefined
  /** Name of the role of this ECS instance. */
  metadataRole: Found<string> | undefined
  metadataDisabled: boolean
  externalDisabled: boolean
  /** Neither our profile file nor the official one. */
  ignoreProfiles: boolean
  ignoreOfficial: boolean
}

/** A value and the name of the variable it came from. */
export interface Found<T> {
  value: T
  from: string
}

const READ = ['ACCESS_KEY_ID', 'ACCESS_KEY_SECRET', 'SECURITY_TOKEN', 'REGION_ID']
const PREFIXES = ['ALIBABA_CLOUD_', 'ALIBABACLOUD_', 'ALICLOUD_']

/** @throws AssistError (config) naming the variable when only half of a key pair is set. */
export function parseEnvironment(environment: Environment): EnvironmentSettings {
  const first = (...names: string[]): Found<string> | undefined => {
    const name = names.find((one) => environment[one])
    return name === undefined ? undefined : {value: environment[name] ?? '', from: name}
  }
  const prefixed = (suffix: string): Found<string> | undefined => first(...PREFIXES.map((prefix) => prefix + suffix))
  const isTrue = (name: string): boolean => environment[name]?.toLowerCase() === 'true'

  const vpcEnabled = 'ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED'
  return {
    credentials: keys(environment, prefixed),
    emptyKeys: PREFIXES.flatMap((prefix) => [`${prefix}ACCESS_KEY_ID`, `${prefix}ACCESS_KEY_SECRET`]).filter(
      (name) => environment[name] === '',
    ),
    lookalikes: {
      keys: unread(environment, /^ALI(CLOUD|YUN|BABA(_?CLOUD)?)_(ACCESS|SECRET)/),
      region: unread(environment, /^(ALI(CLOUD|YUN|BABA(_?CLOUD)?)_(DEFAULT_)?)?REGION(_ID)?$/),
    },
    // The official CLI reads the spelling without the underscore first for this one.
    profile: first('ALIBABACLOUD_PROFILE', 'ALIBABA_CLOUD_PROFILE', 'ALICLOUD_PROFILE'),
    region: prefixed('REGION_ID'),
    endpoint: prefixed('ENDPOINT'),
    endpointType: prefixed('ENDPOINT_TYPE') ?? (isTrue(vpcEnabled) ? {value: 'vpc', from: vpcEnabled} : undefined),
    stsEndpoint: prefixed('STS_ENDPOINT'),
    stsRegion: prefixed('STS_REGION'),
    credentialsUri: prefixed('CREDENTIALS_URI'),
    metadataRole: first('ALIBABA_CLOUD_ECS_METADATA'),
    metadataDisabled: isTrue('ALIBABA_CLOUD_ECS_METADATA_DISABLED'),
    externalDisabled:
      isTrue('ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS') || environment['ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS'] === '1',
    ignoreProfiles: ['ALIBABA_CLOUD_IGNORE_PROFILE', 'ALIBABACLOUD_IGNORE_PROFILE'].some(
      (name) => environment[name] === 'TRUE',
    ),
    ignoreOfficial: isTrue('ALIBABA_CLOUD_CLI_PROFILE_DISABLED'),
  }
}

/** Those that are set, match, and are none that we read. */
function unread(environment: Environment, pattern: RegExp): string[] {
  const read = PREFIXES.flatMap((prefix) => READ.map((suffix) => prefix + suffix))
  return Object.keys(environment).filter((name) => pattern.test(name) && environment[name] && !read.includes(name))
}

function keys(
  environment: Environment,
  prefixed: (suffix: string) => Found<string> | undefined,
): Found<CredentialSource> | undefined {
  const id = prefixed('ACCESS_KEY_ID')
  const secret = prefixed('ACCESS_KEY_SECRET')
  const token = prefixed('SECURITY_TOKEN')
  if (id && secret) return pair(id, secret, token)
  if (id) throw halfPair(id.from, id.from.replace(/ID$/, 'SECRET'), environment)
  if (secret) throw halfPair(secret.from, secret.from.replace(/SECRET$/, 'ID'), environment)
  // The bare names belong to other tools as well: they count only when both are there.
  const [bareId, bareSecret] = [environment['ACCESS_KEY_ID'], environment['ACCESS_KEY_SECRET']]
  if (!bareId || !bareSecret) return undefined
  const bareToken = environment['SECURITY_TOKEN']
  return pair(
    {value: bareId, from: 'ACCESS_KEY_ID'},
    {value: bareSecret, from: 'ACCESS_KEY_SECRET'},
    bareToken ? {value: bareToken, from: 'SECURITY_TOKEN'} : undefined,
  )
}

function pair(id: Found<string>, secret: Found<string>, token: Found<string> | undefined): Found<CredentialSource> {
  const from = id.from
  const base = {accessKeyId: id.value, accessKeySecret: secret.value}
  return {value: token ? {mode: 'StsToken', ...base, stsToken: token.value} : {mode: 'AK', ...base}, from}
}

function halfPair(there: string, missing: string, environment: Environment): AssistError {
  const state = environment[missing] === '' ? 'empty' : 'not set'
  return new AssistError('config', `${there} is set, but ${missing} is ${state}`, {
    hint: `Set both, or unset ${there}.`,
  })
}
