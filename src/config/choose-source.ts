import type {CredentialSource} from '../lib/core/credential-source.ts'
import {AssistError} from '../lib/core/errors.ts'
import {quote} from '../lib/core/quote.ts'
import type {EnvironmentSettings} from './parse-environment.ts'
import type {OfficialFile} from './parse-official-file.ts'
import {LOCAL_PROFILE, type Profile, type ProfileFile} from './profile.ts'
import {profileCredentials, refuseOddText} from './profile-credentials.ts'
import type {PassedOver} from './settings.ts'

export interface SourceInput {
  flags: {profile?: string | undefined}
  environment: EnvironmentSettings
  /** Hears of what is to be said once on stderr. */
  warn(text: string): void
  /** Where every source that is not used is noted, also when in the end none can be. */
  passedOver: PassedOver[]
  /** Reads our profile file; undefined when there is none. Called when it is needed. */
  own(): ProfileFile | undefined
  /** Reads the official CLI's. */
  official(): OfficialFile | undefined
  /** True on a machine that says it is an ECS instance. */
  onEcsInstance(): boolean
}

/** Where the keys come from; `profile` gives region and endpoint to go with them. */
export interface Source {
  name: string
  source: string
  profile: Profile
  /** A current profile that has no keys and is there for its region and the like: it comes before `profile`. */
  under?: {name: string; profile: Profile} | undefined
  credentials: CredentialSource | undefined
  /** Flags aside, does the profile's region or endpoint beat the environment's? */
  beatsEnvironment: boolean
  /** Asked for by name, or the current one: settings of no other profile go with it. */
  isChosen?: true
  /** The profile is one of the official CLI, which takes an address without a scheme for https. */
  isOfficial?: true
}

/**
 * Chooses one source of keys, in this order: --profile, keys in the environment, profile named by the environment, current profile, current
 * profile of the official CLI, role of this ECS instance, credentials URI.
 * @throws AssistError (config)
 */
export function chooseSource(input: SourceInput): Source {
  const source = choose(input)
  return source.isChosen ? source : {...source, under: settingsOnly(input)}
}

function choose(input: SourceInput): Source {
  const {flags, environment, passedOver} = input
  const pass = (source: string, reason: string): void => {
    passedOver.push({source, reason})
  }

  if (flags.profile !== undefined) return named(flags.profile, '--profile', input, true)
  pass('--profile', 'not given')

  if (environment.credentials) {
    const {value, from} = environment.credentials
    refuseOddKeys(value)
    warnAboutTwo(input, value, from)
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
    const keyless = settingsOnly(input)
    if (keyless) pass(`current profile ${quote(keyless.name)}`, 'it has no keys')
    else if (own?.current !== undefined) return named(own.current, 'current profile', input, false)
    else pass('current profile', own ? 'none is chosen' : 'there is no profile file')
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
  const keyless = settingsOnly(input)
  // What it lacks is the nearest that there is to say.
  if (keyless) return named(keyless.name, 'current profile', input, false)
  throw nothingConfigured(environment)
}

/** The current profile, where it has neither keys nor a way to come by some. A file that was not asked for must not get in the way. */
function settingsOnly(input: SourceInput): {name: string; profile: Profile} | undefined {
  if (input.environment.ignoreProfiles) return undefined
  try {
    const own = input.own()
    const profile = own?.current === undefined ? undefined : own.profiles[own.current]
    const isKeyless = profile && KEY_FIELDS.every((key) => profile[key] === undefined)
    return own?.current !== undefined && isKeyless ? {name: own.current, profile} : undefined
  } catch {
    return undefined
  }
}

const KEY_FIELDS = ['mode', 'accessKeyId', 'accessKeySecret', 'stsToken', 'processCommand', 'credentialsUri'] as const

/** A profile asked for by name: the built-in one, one of ours, or one of the official CLI's. */
function named(name: string, from: string, input: SourceInput, beatsEnvironment: boolean): Source {
  const source = from === 'current profile' ? `current profile ${quote(name)}` : `profile ${quote(name)} (${from})`
  if (name === LOCAL_PROFILE) {
    return {name, source, profile: {}, credentials: undefined, beatsEnvironment: true, isChosen: true}
  }
  const own = input.own()
  const ofOwn = own?.profiles[name]
  if (own && ofOwn) {
    const credentials = profileCredentials(name, own.profiles, input.environment)
    return {name, source, profile: ofOwn, credentials, beatsEnvironment, isChosen: true}
  }
  const official = input.environment.ignoreOfficial ? undefined : input.official()
  const ofOfficial = official?.profiles[name]
  if (official && ofOfficial) {
    if (official.warning) input.warn(official.warning)
    const credentials = profileCredentials(name, official.profiles, input.environment)
    return {
      name,
      source: `${source}, of the official CLI`,
      profile: ofOfficial,
      credentials,
      beatsEnvironment,
      isChosen: true,
      isOfficial: true,
    }
  }
  const known = [LOCAL_PROFILE, ...Object.keys(own?.profiles ?? {}), ...Object.keys(official?.profiles ?? {})]
  throw new AssistError('config', `there is no profile ${quote(name)} (${from})`, {
    hint: `Profiles there are: ${[...new Set(known)].join(', ')}. Make one with: assist configure --profile ${name}`,
  })
}

function currentOfficial(input: SourceInput, pass: (source: string, reason: string) => void): Source | undefined {
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
  if (official.warning) input.warn(official.warning)
  const credentials = profileCredentials(name, official.profiles, input.environment)
  return {name, source: `${source}, ${quote(name)}`, profile, credentials, beatsEnvironment: false, isOfficial: true}
}

function instanceRole(roleName: string | undefined, why: string): Source {
  return {
    name: 'instance-role',
    source: `role of this ECS instance (${why})`,
    profile: {},
    credentials: {mode: 'EcsRamRole', roleName},
    beatsEnvironment: false,
  }
}

/** The two official programs disagree about which of the two wins, so say it when it matters. */
function warnAboutTwo(input: SourceInput, keys: CredentialSource, from: string): void {
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
  input.warn(
    `Using the keys in the environment (${from}), not those of the current profile ${quote(own?.current ?? '')}. ` +
      'Choose with --profile, or see: assist whoami --explain',
  )
}

/** Keys in the environment hide the profile that somebody has configured. */
function passOverProfile(input: SourceInput, pass: (source: string, reason: string) => void): void {
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

function nothingConfigured(environment: EnvironmentSettings): AssistError {
  const empty = environment.emptyKeys.length > 0 ? ` (${environment.emptyKeys.join(', ')}: set but empty)` : ''
  const {keys} = environment.lookalikes
  if (keys.length > 0) {
    return new AssistError('config', `no keys are configured${empty}; ${keys.join(', ')}: not read by assist`, {
      hint: 'Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or run: assist configure',
    })
  }
  return new AssistError('config', `no keys are configured${empty}`, {
    hint: 'Run: assist configure. Or add --profile local to work on this machine, without any account.',
  })
}
