import {AssistError} from '../lib/core/errors.ts'
import {quote} from '../lib/core/quote.ts'
import {JsonProblem, parseStrictJson} from './parse-json.ts'
import {PROFILE_MODES, type Profile, type ProfileFile, type ProfileMode} from './profile.ts'

// Source: aliyun/aliyun-cli, config/configuration.go and config/profile.go. We read this file and never write it.

/** A profile of the official CLI. `unsupported` names a mode of theirs that we do not speak. */
export interface OfficialProfile extends Profile {
  unsupported?: string
}

export interface OfficialFile extends ProfileFile {
  profiles: Readonly<Record<string, OfficialProfile>>
  /** What is wrong with the file itself, though it can be used. */
  warning?: string | undefined
}

/**
 * Unknown keys are theirs to have and are passed over.
 * @throws AssistError (config) with the line, never with a value.
 */
export function parseOfficialFile(text: string, file: string): OfficialFile {
  const top = parse(text, file)
  const list = Array.isArray(top['profiles']) ? (top['profiles'] as unknown[]) : []
  const profiles: Record<string, OfficialProfile> = Object.create(null)
  for (const item of list) {
    const raw = asObject(item)
    const name = textOf(raw, 'name')
    if (name) profiles[name] = officialProfile(raw)
  }
  return {current: textOf(top, 'current'), profiles}
}

function parse(text: string, file: string): Record<string, unknown> {
  try {
    return asObject(parseStrictJson(text).value)
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error
    throw new AssistError('config', `${file}:${error.line}:${error.column}: this is not JSON: ${error.message}`, {
      hint: 'It is the file of the official CLI; run: aliyun configure',
    })
  }
}

const TEXT_FIELDS = {
  access_key_id: 'accessKeyId',
  access_key_secret: 'accessKeySecret',
  sts_token: 'stsToken',
  region_id: 'regionId',
  endpoint: 'endpoint',
  endpoint_type: 'endpointType',
  language: 'language',
  ram_role_name: 'ramRoleName',
  ram_role_arn: 'ramRoleArn',
  ram_session_name: 'ramSessionName',
  external_id: 'externalId',
  source_profile: 'sourceProfile',
  sts_region: 'stsRegion',
  sts_endpoint: 'stsEndpoint',
  credentials_uri: 'credentialsUri',
} as const satisfies Record<string, keyof Profile>

function officialProfile(raw: Record<string, unknown>): OfficialProfile {
  const profile: OfficialProfile = {}
  for (const [theirs, ours] of Object.entries(TEXT_FIELDS)) {
    const value = textOf(raw, theirs)
    if (value) profile[ours] = value
  }
  const expired = raw['expired_seconds']
  if (typeof expired === 'number' && expired > 0) profile.expiredSeconds = expired
  // Theirs is one line, which they split at spaces and start without a shell; so do we.
  const command = textOf(raw, 'process_command')?.trim()
  if (command) profile.processCommand = command.split(/\s+/)
  const mode = textOf(raw, 'mode') || inferredMode(profile)
  const known = PROFILE_MODES.find((one) => one.toLowerCase() === mode.toLowerCase())
  if (known) profile.mode = known
  else profile.unsupported = mode
  return profile
}

function inferredMode(profile: Profile): ProfileMode {
  if (profile.accessKeyId && profile.accessKeySecret) {
    return profile.ramRoleArn ? 'RamRoleArn' : profile.stsToken ? 'StsToken' : 'AK'
  }
  if (profile.ramRoleName) return 'EcsRamRole'
  if (profile.processCommand) return 'External'
  return 'AK'
}

/** What to say about a mode of the official CLI that we do not speak. */
export function unsupportedMode(name: string, mode: string): AssistError {
  return new AssistError(
    'config',
    `profile ${quote(name)} of the official CLI has the mode ${quote(mode)}, which assist does not speak`,
    {
      hint: `Modes it speaks: ${PROFILE_MODES.join(', ')}. Make a profile of your own with: assist configure`,
    },
  )
}

function textOf(raw: Record<string, unknown>, key: string): string | undefined {
  const value = raw[key]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}
