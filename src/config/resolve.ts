import type {CredentialSource} from '../lib/core/credential-source.ts'
import {AssistError} from '../lib/core/errors.ts'
import {quote} from '../lib/core/quote.ts'
import {isRegionId} from '../lib/protocol/ecs/region.ts'
import {parseEndpoint} from './endpoint.ts'
import type {EnvironmentSettings, Found} from './parse-environment.ts'
import type {OfficialFile} from './parse-official-file.ts'
import {LOCAL_PROFILE, type Profile, type ProfileFile} from './profile.ts'
import {profileCredentials, refuseOddText} from './profile-credentials.ts'
import type {Explanation, PassedOver, Settings} from './settings.ts'

export interface ResolveInput {
  flags: {
    profile?: string | undefined
    region?: string | undefined
    endpoint?: string | undefined
    'endpoint-type'?: string | undefined
    'ca-file'?: string | undefined
    /** A file of the official CLI, to be used instead of ours. */
    'config-path'?: string | undefined
    /** https, whatever the address says. */
    secure?: boolean | undefined
  }
  environment: EnvironmentSettings
  /** Where every source that is not used is noted, also when in the end none can be. */
  passedOver?: PassedOver[]
  /** Hears of what is to be said once on stderr. */
  warn?(text: string): void
  /** Reads our profile file; undefined when there is none. Called when it is needed. */
  own(): ProfileFile | undefined
  /** Reads the official CLI's. */
  official(): OfficialFile | undefined
  /** True on a machine that says it is an ECS instance. */
  onEcsInstance(): boolean
}

export interface Resolved {
  settings: Settings
  explanation: Explanation
}

/** Where the keys come from; `profile` gives region and endpoint to go with them. */
interface Choice {
  name: string
  source: string
  profile: Profile
  credentials: CredentialSource | undefined
  /** Flags aside, does the profile's region or endpoint beat the environment's? */
  beatsEnvironment: boolean
  /** The profile is one of the official CLI, which takes an address without a scheme for https. */
  isOfficial?: true
}

/**
 * Chooses one source of keys, in this order: --profile, keys in the environment, profile named by the environment, current profile, current
 * profile of the official CLI, role of this ECS instance, credentials URI.
 * @throws AssistError (config)
 */
export function resolve(input: ResolveInput): Resolved {
  const {passedOver = []} = input
  const warnings: string[] = []
  const choice = choose({...input, warn: (text) => warnings.push(text)}, passedOver, warnings)
  if (choice.name === LOCAL_PROFILE && choice.credentials === undefined)
    return local(input, choice, passedOver, warnings)

  const {flags, environment} = input
  const region = pick(flags.region, '--region', environment.region, choice, 'regionId')
  const endpoint = pick(flags.endpoint, '--endpoint', environment.endpoint, choice, 'endpoint')
  const network = pick(flags['endpoint-type'], '--endpoint-type', environment.endpointType, choice, 'endpointType')
  if (region && !isRegionId(region.value)) {
    throw new AssistError(
      region.from === '--region' ? 'usage' : 'config',
      `${region.from}: ${quote(region.value)} is no region id`,
      {
        hint: 'It looks like cn-hangzhou.',
      },
    )
  }
  const {credentials} = choice
  if (credentials === undefined) throw new AssistError('bug', 'a source without keys was chosen')
  if (region === undefined && credentials.mode !== 'EcsRamRole') throw noRegion(choice)
  return {
    settings: {
      local: false,
      profile: choice.name,
      region: region?.value,
      endpoint:
        endpoint &&
        parseEndpoint(endpoint.value, {
          source: endpoint.from,
          insecureHttp: choice.profile.insecureHttp === true,
          tls: flags.secure === true ? 'always' : choice.isOfficial && endpoint.isOfProfile ? 'unless said' : 'by host',
        }),
      network: network?.value === 'vpc' ? 'vpc' : 'public',
      credentials,
      externalDisabled: environment.externalDisabled,
      caFile: flags['ca-file'] ?? choice.profile.caFile,
      output: choice.profile.output,
    },
    explanation: {
      source: choice.source,
      region: region ? region.from : 'the metadata of this instance',
      endpoint: endpoint ? endpoint.from : 'the host of the region',
      passedOver,
      warnings,
    },
  }
}

function choose(input: ResolveInput, passedOver: PassedOver[], warnings: string[]): Choice {
  const {flags, environment} = input
  const pass = (source: string, reason: string): void => {
    passedOver.push({source, reason})
  }

  if (flags.profile !== undefined) return named(flags.profile, '--profile', input, true)
  pass('--profile', 'not given')

  if (environment.credentials) {
    const {value, from} = environment.credentials
    refuseOddKeys(value)
    warnAboutTwo(input, value, from, warnings)
    passOverProfile(input, pass)
    return {
      name: 'environment',
      source: `environment (${from})`,
      profile: {},
      credentials: value,
      beatsEnvironment: false,
    }
  }
  pass(
    'environment',
    environment.emptyKeys.length > 0 ? `set but empty: ${environment.emptyKeys.join(', ')}` : 'no keys in it',
  )

  if (environment.profile) return named(environment.profile.value, environment.profile.from, input, false)
  pass('profile named by the environment', 'ALIBABA_CLOUD_PROFILE is not set')

  if (environment.ignoreProfiles) pass('profile files', 'ALIBABA_CLOUD_IGNORE_PROFILE is TRUE')
  else {
    const own = input.own()
    if (own?.current !== undefined) return named(own.current, 'current profile', input, false)
    pass('current profile', own ? 'none is chosen' : 'there is no profile file')
    const official = currentOfficial(input, pass)
    if (official) return official
  }

  if (environment.metadataDisabled) pass('role of this instance', 'ALIBABA_CLOUD_ECS_METADATA_DISABLED is true')
  else if (environment.metadataRole) {
    return instanceRole(environment.metadataRole.value, environment.metadataRole.from)
  } else if (!environment.credentialsUri && input.onEcsInstance()) {
    return instanceRole(undefined, 'this machine is an ECS instance')
  } else pass('role of this instance', 'ALIBABA_CLOUD_ECS_METADATA is not set and this is no ECS instance')

  if (environment.credentialsUri) {
    const {value, from} = environment.credentialsUri
    return {
      name: 'credentials-uri',
      source: from,
      profile: {},
      credentials: {mode: 'CredentialsURI', uri: value},
      beatsEnvironment: false,
    }
  }
  pass('credentials URI', 'ALIBABA_CLOUD_CREDENTIALS_URI is not set')
  throw nothingConfigured(environment)
}

/** A profile asked for by name: the built-in one, one of ours, or one of the official CLI's. */
function named(name: string, from: string, input: ResolveInput, beatsEnvironment: boolean): Choice {
  const source = from === 'current profile' ? `current profile ${quote(name)}` : `profile ${quote(name)} (${from})`
  if (name === LOCAL_PROFILE) return {name, source, profile: {}, credentials: undefined, beatsEnvironment: true}
  const own = input.own()
  const ofOwn = own?.profiles[name]
  if (own && ofOwn) {
    const credentials = profileCredentials(name, own.profiles, input.environment)
    return {name, source, profile: ofOwn, credentials, beatsEnvironment}
  }
  const official = input.environment.ignoreOfficial ? undefined : input.official()
  const ofOfficial = official?.profiles[name]
  if (official && ofOfficial) {
    if (official.warning) input.warn?.(official.warning)
    const credentials = profileCredentials(name, official.profiles, input.environment)
    return {
      name,
      source: `${source}, of the official CLI`,
      profile: ofOfficial,
      credentials,
      beatsEnvironment,
      isOfficial: true,
    }
  }
  const known = [LOCAL_PROFILE, ...Object.keys(own?.profiles ?? {}), ...Object.keys(official?.profiles ?? {})]
  throw new AssistError('config', `there is no profile ${quote(name)} (${from})`, {
    hint: `Profiles there are: ${[...new Set(known)].join(', ')}. Make one with: assist configure --profile ${name}`,
  })
}

function currentOfficial(input: ResolveInput, pass: (source: string, reason: string) => void): Choice | undefined {
  const source = 'current profile of the official CLI'
  if (input.environment.ignoreOfficial) {
    pass(source, 'ALIBABA_CLOUD_CLI_PROFILE_DISABLED is true')
    return undefined
  }
  const official = input.official()
  const name = official?.current
  const profile = name === undefined ? undefined : official?.profiles[name]
  if (!official || name === undefined || !profile) {
    pass(source, official ? 'none is chosen' : 'there is no such file')
    return undefined
  }
  if (official.warning) input.warn?.(official.warning)
  const credentials = profileCredentials(name, official.profiles, input.environment)
  return {name, source: `${source}, ${quote(name)}`, profile, credentials, beatsEnvironment: false, isOfficial: true}
}

function instanceRole(roleName: string | undefined, why: string): Choice {
  return {
    name: 'instance-role',
    source: `role of this ECS instance (${why})`,
    profile: {},
    credentials: {mode: 'EcsRamRole', roleName},
    beatsEnvironment: false,
  }
}

/** Flag first; then whichever of environment and profile was asked for more plainly. */
function pick(
  flag: string | undefined,
  flagName: string,
  environment: Found<string> | undefined,
  choice: Choice,
  key: 'regionId' | 'endpoint' | 'endpointType',
): (Found<string> & {isOfProfile?: true}) | undefined {
  if (flag !== undefined) return {value: flag, from: flagName}
  const ofProfile = choice.profile[key]
    ? {value: choice.profile[key], from: `profile ${quote(choice.name)}`, isOfProfile: true as const}
    : undefined
  return choice.beatsEnvironment ? (ofProfile ?? environment) : (environment ?? ofProfile)
}

function local(input: ResolveInput, choice: Choice, passedOver: PassedOver[], warnings: string[]): Resolved {
  if (input.flags.endpoint !== undefined) {
    throw new AssistError('usage', '--endpoint cannot be given with the profile "local": its address is known', {
      hint: 'Leave out --endpoint, or name another profile.',
    })
  }
  return {
    settings: {local: true, profile: LOCAL_PROFILE, region: input.flags.region ?? LOCAL_PROFILE, output: undefined},
    explanation: {
      source: choice.source,
      region: input.flags.region === undefined ? 'built in' : '--region',
      endpoint: 'the control plane on this machine',
      passedOver,
      warnings,
    },
  }
}

/** The two official programs disagree about which of the two wins, so say it when it matters. */
function warnAboutTwo(input: ResolveInput, keys: CredentialSource, from: string, warnings: string[]): void {
  if (input.environment.ignoreProfiles || !('accessKeyId' in keys)) return
  let own: ProfileFile | undefined
  try {
    own = input.own()
  } catch {
    // A file that was not asked for must not get in the way.
    return
  }
  const profile = own?.current === undefined ? undefined : own.profiles[own.current]
  if (!profile?.accessKeyId || profile.accessKeyId === keys.accessKeyId) return
  warnings.push(
    `Using the keys in the environment (${from}), not those of the current profile ${quote(own?.current ?? '')}. ` +
      'Choose with --profile, or see: assist whoami --explain',
  )
}

/** Keys in the environment hide the profile that somebody has configured. */
function passOverProfile(input: ResolveInput, pass: (source: string, reason: string) => void): void {
  if (input.environment.ignoreProfiles) return
  try {
    const current = input.own()?.current
    if (current !== undefined) pass(`current profile ${quote(current)}`, 'the keys in the environment come first')
  } catch {
    // A file that was not asked for must not get in the way.
  }
}

function refuseOddKeys(keys: CredentialSource): void {
  if (!('accessKeyId' in keys)) return
  refuseOddText(keys.accessKeyId, 'the access key id in the environment')
  refuseOddText(keys.accessKeySecret, 'the access key secret in the environment')
  if (keys.mode === 'StsToken') refuseOddText(keys.stsToken, 'the security token in the environment')
}

function noRegion(choice: Choice): AssistError {
  return new AssistError('config', `no region is chosen, and ${choice.source} has none`, {
    hint: 'Give --region cn-hangzhou, or set ALIBABA_CLOUD_REGION_ID, or: assist configure set region-id=cn-hangzhou',
  })
}

function nothingConfigured(environment: EnvironmentSettings): AssistError {
  const empty = environment.emptyKeys.length > 0 ? ` (${environment.emptyKeys.join(', ')}: set but empty)` : ''
  return new AssistError('config', `no keys are configured${empty}`, {
    hint: 'Run: assist configure. Or add --profile local to work on this machine, without any account.',
  })
}
