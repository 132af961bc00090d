import {AssistError} from '../lib/core/errors.ts'
import {quote} from '../lib/core/quote.ts'
import {JsonProblem, type ParsedJson, parseStrictJson} from './parse-json.ts'
import {isProfileName, LOCAL_PROFILE, PROFILE_FIELDS, PROFILE_MODES, type Profile, type ProfileFile} from './profile.ts'

/**
 * Text of our profile file to profiles. Refuses what it does not know, because a misspelt key would silently choose another one's value.
 * @throws AssistError (config) with file, line and key; never with a value.
 */
export function parseProfileFile(text: string, file: string): ProfileFile {
  const json = parsePositions(text, file)
  const refuse = (path: readonly (string | number)[], problem: string): never => {
    throw new AssistError('config', `${file}:${json.lineOf(path)}: ${problem}`, {
      hint: 'Correct the file; it was left as it is.',
    })
  }

  const top = json.value
  if (!isObject(top)) return refuse([], 'an object in braces is expected')
  for (const key of Object.keys(top)) {
    if (!['current', 'profiles'].includes(key)) refuse([key], `unknown key ${quote(key)}`)
  }
  const {current, profiles = {}} = top
  if (current !== undefined && typeof current !== 'string') return refuse(['current'], '"current" must be a text')
  if (!isObject(profiles)) return refuse(['profiles'], '"profiles" must be an object of profiles by name')
  for (const [name, profile] of Object.entries(profiles)) {
    const path = ['profiles', name]
    if (name === LOCAL_PROFILE) refuse(path, `the profile ${quote(name)} is built in and cannot be redefined`)
    if (!isProfileName(name)) refuse(path, `${quote(name)} is no name for a profile`)
    if (!isObject(profile)) return refuse(path, `profile ${quote(name)} must be an object`)
    for (const [key, value] of Object.entries(profile)) {
      const problem = fieldProblem(key, value)
      if (problem) refuse([...path, key], `profile ${quote(name)}: ${problem}`)
    }
  }
  return {current, profiles: profiles as Record<string, Profile>}
}

function parsePositions(text: string, file: string): ParsedJson {
  try {
    return parseStrictJson(text)
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error
    throw new AssistError('config', `${file}:${error.line}:${error.column}: this is not JSON: ${error.message}`, {
      hint: 'Correct the file or move it away; it was left as it is.',
    })
  }
}

/** What is wrong with one field, without its value. */
export function fieldProblem(key: string, value: unknown): string | undefined {
  const field = PROFILE_FIELDS.find((one) => one.key === key)
  if (!field) return `unknown key ${quote(key)}`
  switch (field.type) {
    case 'text':
      if (typeof value !== 'string') return `${quote(key)} must be a text`
      break
    case 'boolean':
      if (typeof value !== 'boolean') return `${quote(key)} must be true or false`
      break
    case 'number':
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) return `${quote(key)} must be a whole number`
      break
    case 'list':
      if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
        return `${quote(key)} must be a list of texts`
      }
  }
  if (key === 'mode' && !(PROFILE_MODES as readonly unknown[]).includes(value)) {
    return `"mode" must be one of ${PROFILE_MODES.join(', ')}`
  }
  return undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
