import type {CredentialSource} from '../lib/core/credential-source.ts'
import {AssistError} from '../lib/core/errors.ts'
import {quote} from '../lib/core/quote.ts'
import {stsHost} from '../lib/protocol/ecs/endpoints.ts'
import type {EnvironmentSettings} from './parse-environment.ts'
import {type OfficialProfile, unsupportedMode} from './parse-official-file.ts'
import type {Profile, ProfileMode} from './profile.ts'

type NamedProfiles = Readonly<Record<string, OfficialProfile>>
type StsSettings = Pick<EnvironmentSettings, 'stsEndpoint' | 'stsRegion'>

/**
 * How the profile `name` comes by its keys; a chain of profiles is followed to its end.
 * @throws AssistError (config) naming profile and field; values are never shown.
 */
export function profileCredentials(name: string, profiles: NamedProfiles, sts: StsSettings): CredentialSource {
  return follow(name, profiles, sts, [])
}

function follow(name: string, profiles: NamedProfiles, sts: StsSettings, behind: readonly string[]): CredentialSource {
  if (behind.includes(name)) {
    throw new AssistError('config', `profiles form a circle: ${[...behind, name].map(quote).join(' → ')}`)
  }
  const profile = profiles[name]
  if (!profile) {
    throw new AssistError(
      'config',
      `profile ${quote(behind.at(-1) ?? name)} takes its keys from ${quote(name)}, which does not exist`,
    )
  }
  if (profile.unsupported) throw unsupportedMode(name, profile.unsupported)
  const needed = (key: keyof Profile): string => neededText(name, profile, key)
  switch (profile.mode ?? inferredMode(profile)) {
    case 'AK':
      return keyPair(needed)
    case 'StsToken':
      return {...keyPair(needed), mode: 'StsToken', stsToken: needed('stsToken')}
    case 'EcsRamRole':
      return {mode: 'EcsRamRole', roleName: profile.ramRoleName}
    case 'CredentialsURI':
      return {mode: 'CredentialsURI', uri: needed('credentialsUri')}
    case 'External': {
      const command = profile.processCommand ?? []
      if (command.length === 0) throw missing(name, 'processCommand')
      return {mode: 'External', command}
    }
    case 'RamRoleArn': {
      const pair = keyPair(needed)
      const source: CredentialSource = profile.stsToken ? {...pair, mode: 'StsToken', stsToken: profile.stsToken} : pair
      return assumeRole(profile, needed, source, sts)
    }
    case 'ChainableRamRoleArn':
      return assumeRole(profile, needed, follow(needed('sourceProfile'), profiles, sts, [...behind, name]), sts)
  }
}

function assumeRole(
  profile: Profile,
  needed: (key: keyof Profile) => string,
  source: CredentialSource,
  sts: StsSettings,
): CredentialSource {
  return {
    mode: 'RamRoleArn',
    roleArn: needed('ramRoleArn'),
    sessionName: profile.ramSessionName ?? 'assist',
    externalId: profile.externalId,
    expiredSeconds: profile.expiredSeconds,
    stsHost: profile.stsEndpoint ?? sts.stsEndpoint?.value ?? stsHost(profile.stsRegion ?? sts.stsRegion?.value),
    source,
  }
}

function keyPair(needed: (key: keyof Profile) => string): {mode: 'AK'; accessKeyId: string; accessKeySecret: string} {
  return {mode: 'AK', accessKeyId: needed('accessKeyId'), accessKeySecret: needed('accessKeySecret')}
}

function inferredMode(profile: Profile): ProfileMode {
  return profile.stsToken ? 'StsToken' : 'AK'
}

const NO_SPACES: readonly string[] = [
  'accessKeyId',
  'accessKeySecret',
  'stsToken',
  'credentialsUri',
  'sourceProfile',
  'ramRoleArn',
]

function neededText(name: string, profile: Profile, key: keyof Profile): string {
  const value = profile[key]
  if (typeof value !== 'string' || value === '') throw missing(name, key)
  if (NO_SPACES.includes(key)) refuseOddText(value, `profile ${quote(name)}: ${key}`)
  return value
}

/** Keys are printable ASCII; a copied line break or space would otherwise read as a wrong signature. */
export function refuseOddText(value: string, where: string): void {
  if (!/^[\x21-\x7e]+$/.test(value)) {
    throw new AssistError('config', `${where} has a space, line break or other character in it that no key has`, {
      hint: 'Copy it again; the value is not shown here on purpose.',
    })
  }
}

/**
 * What keeps a text from being an access key id; it is not quoted, because a secret may stand in its place. The cloud's begin with LTAI, or
 * STS. where they are temporary, and have 16 to 30 characters; others' may be shorter.
 */
export function keyIdProblem(text: string): string | undefined {
  if (text.length < SHORTEST_KEY_ID)
    return `has only ${text.length} characters; an access key id looks like LTAI5tExample`
  return /^[A-Za-z0-9._-]{1,128}$/.test(text)
    ? undefined
    : 'is no access key id, which looks like LTAI5tExample: letters, digits, ".", "_" and "-", 128 at most'
}

const SHORTEST_KEY_ID = 8

function missing(name: string, key: keyof Profile): AssistError {
  const flag = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return new AssistError('config', `profile ${quote(name)} has no ${key}`, {
    hint: `Run: assist configure --profile ${name}, or: assist configure set ${flag}=… --profile ${name}`,
  })
}
