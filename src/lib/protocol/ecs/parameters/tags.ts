import {holdsControls} from '../../../core/quote.ts'
import type {ParameterTable, TagParameter} from './rules.ts'

/** Tags to store, or to choose by. */
export const TAGS = {tag: tagsOf('Tag'), resourceTag: tagsOf('ResourceTag')} as const satisfies ParameterTable

const KEY_CHARACTERS = 64
const VALUE_CHARACTERS = 128
const URL = /https?:\/\//i

/** What a key must be like, where this one is not; to follow "must", so that each side can name the tag in its own way. */
export function tagKeyProblem(key: string): string | undefined {
  if ([...key].length > KEY_CHARACTERS) return `have at most ${KEY_CHARACTERS} characters`
  // Reserved for the service: a tag must not pass for one of its own.
  if (/^(aliyun|acs:)/i.test(key)) return 'not begin with aliyun or acs:'
  return textProblem(key)
}

/** What a value must be like, where this one is not; as above. */
export function tagValueProblem(value: string): string | undefined {
  if ([...value].length > VALUE_CHARACTERS) return `have at most ${VALUE_CHARACTERS} characters`
  return textProblem(value)
}

function textProblem(text: string): string | undefined {
  if (holdsControls(text)) return 'not hold control characters'
  return URL.test(text) ? 'not hold a URL' : undefined
}

function tagsOf(name: 'Tag' | 'ResourceTag'): TagParameter {
  return {
    name,
    items: 20,
    codes: {
      tooMany: `NumberExceed.${name}s`,
      noKey: `MissingParameter.${name}Key`,
      twice: `Duplicate.${name}Key`,
      key: `Invalid${name}Key.Malformed`,
      value: `Invalid${name}Value.Malformed`,
    },
  }
}
