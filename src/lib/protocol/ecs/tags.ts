import {LIMITS} from './limits.ts'

// What the API says of tags; words to follow "must" or "may", so that each side can name the tag in its own way.

const URL = /https?:\/\//i

/** What a key must be like, where this one is not. */
export function tagKeyProblem(key: string): string | undefined {
  if ([...key].length > LIMITS.tagKeyCharacters) return `have at most ${LIMITS.tagKeyCharacters} characters`
  // Reserved for the service: a tag must not pass for one of its own.
  if (/^(aliyun|acs:)/i.test(key)) return 'not begin with aliyun or acs:'
  return URL.test(key) ? 'not hold a URL' : undefined
}

/** What a value must be like, where this one is not. */
export function tagValueProblem(value: string): string | undefined {
  if ([...value].length > LIMITS.tagValueCharacters) return `have at most ${LIMITS.tagValueCharacters} characters`
  return URL.test(value) ? 'not hold a URL' : undefined
}
