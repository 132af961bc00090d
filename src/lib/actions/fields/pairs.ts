import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {INVOCATION, PARAMETER_NAME} from '../../protocol/ecs/parameters/invocation.ts'
import {TAGS, tagKeyProblem, tagValueProblem} from '../../protocol/ecs/parameters/tags.ts'

/** `--param k=v` given any number of times; names ignore case. */
export function parseParameters(texts: readonly string[] | undefined): Record<string, string> | undefined {
  if (texts === undefined || texts.length === 0) return undefined
  const {items} = INVOCATION.parameters
  if (texts.length > items) throw usage(`--param can be given at most ${items} times; given: ${texts.length}`)
  const pairs = texts.map((text) => splitPair('--param', text))
  for (const [name] of pairs) {
    if (!/^[A-Za-z0-9_-]+$/.test(name)) {
      throw usage(`--param: a name has only letters, digits, - and _; given: ${quote(name)}`)
    }
    const {characters} = PARAMETER_NAME
    if (name.length > characters) {
      throw usage(`--param: a name must be at most ${characters} characters; given: ${name.length}`)
    }
  }
  refuseTwice(
    '--param',
    pairs.map(([name]) => name),
    (name) => name.toLowerCase(),
  )
  return Object.fromEntries(pairs)
}

/** `--env K=V`. */
export function parseVariables(texts: readonly string[] | undefined): ReadonlyArray<[string, string]> {
  const pairs = (texts ?? []).map((text) => splitPair('--env', text))
  for (const [name, value] of pairs) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw usage(`--env: a name has only letters, digits and _, and begins with no digit; given: ${quote(name)}`)
    }
    if (value.includes('\0')) throw usage(`--env ${name}: a value cannot hold a NUL character`)
  }
  refuseTwice(
    '--env',
    pairs.map(([name]) => name),
  )
  return pairs
}

/** `--tag k=v`; the value may be empty. */
export function parseTags(texts: readonly string[] | undefined, flag = '--tag'): Record<string, string> | undefined {
  if (texts === undefined || texts.length === 0) return undefined
  const {items} = TAGS.tag
  if (texts.length > items) throw usage(`${flag} can be given at most ${items} times; given: ${texts.length}`)
  const pairs = texts.map((text) => splitPair(flag, text))
  for (const [key, value] of pairs) {
    const keyProblem = tagKeyProblem(key)
    if (keyProblem !== undefined) throw usage(`${flag}: a key must ${keyProblem}; given: ${quote(key)}`)
    const valueProblem = tagValueProblem(value)
    if (valueProblem !== undefined) throw usage(`${flag}: a value must ${valueProblem}; given: ${quote(value)}`)
  }
  refuseTwice(
    flag,
    pairs.map(([key]) => key),
  )
  return Object.fromEntries(pairs)
}

function splitPair(flag: string, text: string): [string, string] {
  const index = text.indexOf('=')
  if (index < 1) throw usage(`${flag} must be name=value; given: ${quote(text)}`)
  return [text.slice(0, index), text.slice(index + 1)]
}

function refuseTwice(flag: string, names: readonly string[], normalize = (name: string) => name): void {
  const seen = new Map<string, string>()
  for (const name of names) {
    const before = seen.get(normalize(name))
    if (before !== undefined) {
      const both = before === name ? quote(name) : `${quote(before)} and ${quote(name)}, which are the same name`
      throw usage(`${flag} must name each thing once; given twice: ${both}`)
    }
    seen.set(normalize(name), name)
  }
}

function usage(message: string): AssistError {
  return new AssistError('usage', message)
}
