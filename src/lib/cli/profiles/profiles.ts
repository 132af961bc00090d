import {parseEndpoint} from '../../../config/endpoint.ts'
import {fieldProblem} from '../../../config/parse-profile-file.ts'
import {findPaths} from '../../../config/paths.ts'
import {
  isProfileName,
  LOCAL_PROFILE,
  PROFILE_FIELDS,
  type Profile,
  type ProfileField,
  type ProfileFile,
} from '../../../config/profile.ts'
import {keyIdProblem, refuseOddText} from '../../../config/profile-credentials.ts'
import {readOfficialFile, readProfileFile} from '../../../config/read-settings.ts'
import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {isRegionId} from '../../protocol/ecs/region.ts'
import {OUTPUT_FORMATS} from '../../view/form/render.ts'
import {nearest} from '../command/nearest.ts'
import {maskId} from '../connect/who-am-i.ts'

export interface ListedProfile {
  name: string
  current: boolean
  mode: string
  accessKeyId: string
  region: string
  endpoint: string
  /** Where and how its secret is kept. */
  stored: string
}

const NEW_PROFILE = 'default'

/** The profile that `configure` works on when none is named. */
export function profileToConfigure(name: string | undefined, environment: NodeJS.ProcessEnv): string {
  const chosen = name ?? currentOwn(environment) ?? NEW_PROFILE
  if (chosen === LOCAL_PROFILE) {
    throw new AssistError('usage', 'the profile "local" is built in and cannot be changed', {
      hint: 'Name another one with --profile.',
    })
  }
  if (!isProfileName(chosen)) {
    throw new AssistError(
      'usage',
      `--profile ${quote(chosen)}: a name has letters, digits, ".", "_" and "-" only, 64 at most`,
    )
  }
  return chosen
}

function currentOwn(environment: NodeJS.ProcessEnv): string | undefined {
  const current = readProfileFile(findPaths(environment))?.current
  return current === LOCAL_PROFILE ? undefined : current
}

/** What is stored under a name; an empty profile when there is none. */
export function storedProfile(name: string, environment: NodeJS.ProcessEnv): Profile {
  return readProfileFile(findPaths(environment))?.profiles[name] ?? {}
}

/** Stores the profile; the first one becomes the current one. */
export async function saveProfile(
  name: string,
  profile: Profile,
  environment: NodeJS.ProcessEnv,
): Promise<{isCurrent: boolean}> {
  checkProfile(profile)
  const {current} = await change(environment, (before) => ({
    current: before.current ?? name,
    profiles: {...before.profiles, [name]: profile},
  }))
  return {isCurrent: current === name}
}

/** Names of ours. */
export function ownProfiles(environment: NodeJS.ProcessEnv): string[] {
  return Object.keys(readProfileFile(findPaths(environment))?.profiles ?? {})
}

/** Ours, the built-in one, and those of the official CLI that ours do not hide. */
export function listProfiles(environment: NodeJS.ProcessEnv, warn: (text: string) => void): ListedProfile[] {
  const paths = findPaths(environment)
  const own = readProfileFile(paths)
  const official = readOfficialFile(paths)
  if (official?.warning) warn(official.warning)
  const listed = Object.entries(own?.profiles ?? {}).map(([name, profile]) =>
    describe(name, profile, own?.current === name, `${paths.configFile} (mode 0600)`),
  )
  const theirs = Object.entries(official?.profiles ?? {})
    .filter(([name]) => own?.profiles[name] === undefined && name !== LOCAL_PROFILE)
    .map(([name, profile]) => {
      const isCurrent = own?.current === undefined && official?.current === name
      return describe(
        name,
        profile,
        isCurrent,
        `${paths.officialFile} (official CLI)`,
        profile.unsupported && `${profile.unsupported} (cannot be used by assist)`,
      )
    })
  const local: ListedProfile = {
    ...describe(LOCAL_PROFILE, {regionId: 'local'}, own?.current === LOCAL_PROFILE, 'built in'),
    mode: 'AK',
  }
  return [...listed, ...theirs, local]
}

function describe(
  name: string,
  profile: Profile,
  current: boolean,
  stored: string,
  mode: string = profile.mode ?? '',
): ListedProfile {
  return {
    name,
    current,
    mode,
    accessKeyId: maskId(profile.accessKeyId ?? ''),
    region: profile.regionId ?? '',
    endpoint: profile.endpoint ?? '',
    stored,
  }
}

/** One field, or all of them; secrets only as "set". @throws AssistError */
export function getFields(
  name: string | undefined,
  keys: readonly string[],
  environment: NodeJS.ProcessEnv,
): Record<string, unknown> {
  const chosen = profileToConfigure(name, environment)
  const profile = findProfile(chosen, environment)
  if (!profile) throw noProfile(chosen, environment)
  const fields = keys.length > 0 ? keys.map(fieldOf) : PROFILE_FIELDS.filter(({key}) => profile[key] !== undefined)
  return Object.fromEntries(fields.map((field) => [field.key, shownValue(profile, field)]))
}

function shownValue(profile: Profile, {key, secret}: ProfileField): unknown {
  const value = profile[key]
  if (value === undefined) return null
  if (secret) return '(set)'
  return key === 'accessKeyId' ? maskId(String(value)) : value
}

/** `region-id=cn-hangzhou …`; an empty value removes the field. Secrets are refused here. @throws AssistError (usage, config) */
export async function setFields(
  name: string | undefined,
  pairs: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const chosen = profileToConfigure(name, environment)
  const changes = pairs.map(parsePair)
  await change(environment, (before) => {
    const profile: Record<string, unknown> = {...before.profiles[chosen]}
    for (const {key, value} of changes) {
      if (value === undefined) delete profile[key]
      else profile[key] = value
    }
    checkProfile(profile)
    return {current: before.current ?? chosen, profiles: {...before.profiles, [chosen]: profile}}
  })
  return chosen
}

function parsePair(pair: string): {key: keyof Profile; value: unknown} {
  const equals = pair.indexOf('=')
  if (equals < 1) {
    throw new AssistError('usage', `${quote(pair)} must look like FIELD=VALUE`, {
      hint: 'Such as: assist configure set region-id=cn-hangzhou',
    })
  }
  const field = fieldOf(pair.slice(0, equals))
  if (field.secret) {
    throw new AssistError(
      'usage',
      `${field.key} is a secret and is not taken from the command line, where others can read it`,
      {
        hint: 'Pipe it in: assist configure --secret-stdin',
      },
    )
  }
  const text = pair.slice(equals + 1)
  return {key: field.key, value: text === '' ? undefined : parseValue(field, text)}
}

function parseValue({key, type}: ProfileField, text: string): unknown {
  switch (type) {
    case 'text':
      return text
    case 'boolean':
      if (text === 'true' || text === 'false') return text === 'true'
      throw new AssistError('usage', `${key} must be true or false; given: ${quote(text)}`)
    case 'number':
      if (/^\d{1,9}$/.test(text)) return Number(text)
      throw new AssistError('usage', `${key} must be a whole number; given: ${quote(text)}`)
    case 'list':
      return text.split(/\s+/).filter(Boolean)
  }
}

/** `region-id`, `region_id`, `regionId` and `region` all mean the same field. */
function fieldOf(text: string): ProfileField {
  const wanted = text.replace(/[-_]/g, '').toLowerCase()
  const field = PROFILE_FIELDS.find(({key}) => key.toLowerCase() === wanted || key.toLowerCase() === `${wanted}id`)
  if (field) return field
  const meant = nearest(
    text,
    PROFILE_FIELDS.map(({key}) => kebab(key)),
  )
  throw new AssistError('usage', `a profile has no field ${quote(text)}`, {
    hint: meant ? `Did you mean ${meant}?` : `Fields: ${PROFILE_FIELDS.map(({key}) => kebab(key)).join(', ')}`,
  })
}

function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** One of ours, or of the official CLI's. */
function findProfile(name: string, environment: NodeJS.ProcessEnv): Profile | undefined {
  const paths = findPaths(environment)
  return readProfileFile(paths)?.profiles[name] ?? readOfficialFile(paths)?.profiles[name]
}

/** @throws AssistError (config) when there is no such profile. */
export async function useProfile(name: string, environment: NodeJS.ProcessEnv): Promise<void> {
  if (name !== LOCAL_PROFILE && findProfile(name, environment) === undefined) throw noProfile(name, environment)
  await change(environment, (before) => ({...before, current: name}))
}

/** @throws AssistError (usage, config) when it is none of ours, so that nobody is asked about what is not there */
export function mustBeOwn(name: string, environment: NodeJS.ProcessEnv): void {
  if (name === LOCAL_PROFILE) throw new AssistError('usage', 'the profile "local" is built in and cannot be deleted')
  if (readProfileFile(findPaths(environment))?.profiles[name] === undefined) throw noProfile(name, environment)
}

/** Forgets a profile and its keys. @throws AssistError (usage, config) */
export async function deleteProfile(name: string, environment: NodeJS.ProcessEnv): Promise<void> {
  mustBeOwn(name, environment)
  await change(environment, (before) => {
    const {[name]: _, ...profiles} = before.profiles
    return {current: before.current === name ? undefined : before.current, profiles}
  })
}

/** Values are checked when they are stored, so that the mistake is met by whoever makes it. Nothing is echoed. */
function checkProfile(profile: Profile): void {
  for (const [key, value] of Object.entries(profile)) {
    const problem = fieldProblem(key, value)
    if (problem) throw new AssistError('usage', problem)
  }
  const {accessKeyId, accessKeySecret, stsToken, endpoint, regionId, output, language} = profile
  for (const [key, value] of Object.entries({accessKeyId, accessKeySecret, stsToken})) {
    if (value !== undefined) refuseOddText(value, key)
  }
  const ofKeyId = accessKeyId === undefined ? undefined : keyIdProblem(accessKeyId)
  if (ofKeyId) throw new AssistError('usage', `the access key id ${ofKeyId}`)
  if (endpoint !== undefined) parseEndpoint(endpoint, {source: 'endpoint', insecureHttp: profile.insecureHttp === true})
  if (regionId !== undefined && !isRegionId(regionId)) {
    throw new AssistError('usage', `${quote(regionId)} is no region id`, {hint: 'It looks like cn-hangzhou.'})
  }
  if (output !== undefined && !OUTPUT_FORMATS.some((one) => one === output)) {
    throw new AssistError('usage', `output must be one of ${OUTPUT_FORMATS.join(', ')}; given: ${quote(output)}`)
  }
  if (language !== undefined && !['en', 'zh'].includes(language)) {
    throw new AssistError('usage', `language must be en or zh; given: ${quote(language)}`)
  }
}

function noProfile(name: string, environment: NodeJS.ProcessEnv): AssistError {
  const paths = findPaths(environment)
  const files = [readProfileFile(paths), readOfficialFile(paths)]
  const names = [...new Set(files.flatMap((file) => Object.keys(file?.profiles ?? {})))]
  return new AssistError('config', `there is no profile ${quote(name)} in ${paths.configFile}`, {
    hint: names.length > 0 ? `Profiles there are: ${names.join(', ')}` : 'Make one: assist configure',
  })
}

async function change(
  environment: NodeJS.ProcessEnv,
  work: (before: ProfileFile) => ProfileFile,
): Promise<ProfileFile> {
  const {changeProfiles} = await import('../../../config/write-profiles.ts')
  return changeProfiles(findPaths(environment), work)
}
