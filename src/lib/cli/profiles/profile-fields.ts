import {LOCAL_PROFILE, PROFILE_FIELDS, type Profile, type ProfileField} from '../../../config/profile.ts'
import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {nearest} from '../command/nearest.ts'
import {maskId} from '../connect/who-am-i.ts'
import {checkProfile} from './check-profile.ts'
import {changeFile, findProfile, noProfile, profileToConfigure} from './profiles.ts'

/** One field, or all of them; secrets only as "set". @throws AssistError */
export function getFields(
  name: string | undefined,
  keys: readonly string[],
  environment: NodeJS.ProcessEnv,
): Record<string, unknown> {
  // The official CLI names its profiles as it likes.
  const chosen = name ?? profileToConfigure(name, environment)
  if (chosen === LOCAL_PROFILE) {
    throw new AssistError('usage', 'the profile "local" is built in and has no fields', {
      hint: 'What it stands for: assist whoami --profile local',
    })
  }
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
  await changeFile(environment, (before) => {
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
