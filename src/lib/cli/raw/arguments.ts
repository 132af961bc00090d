import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {SIGNING_PARAMETERS} from '../../protocol/ecs/signature.ts'
import {unknownFlag} from '../command/usage-error.ts'
import {parseTimeout} from '../flags/common.ts'
import {parseInteger} from '../flags/integer.ts'
import {ECS_FLAGS, type EcsFlags, SHORT_FLAGS} from './flags.ts'

/** `assist ecs ACTION --Param value …`, taken apart. Parameters keep their spelling and order, word for word. */
export interface EcsArguments {
  action: string
  parameters: Readonly<Record<string, string>>
  flags: EcsFlags
}

/** @throws AssistError (usage) */
export function parseEcsArguments(argv: readonly string[], version: string): EcsArguments {
  const words = [...argv]
  const parameters = new Map<string, string>()
  const flags: Record<string, unknown> = {}
  const seen = new Set<string>()
  let action: string | undefined

  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (!word.startsWith('-')) {
      if (action !== undefined && word === 'help') {
        flags['help'] = true
        continue
      }
      if (action !== undefined)
        throw usage(`${quote(word)} is neither a parameter nor a flag`, `Quote a value that has spaces in it.`)
      action = word
      continue
    }
    const {name, inline} = split(SHORT_FLAGS[word] ?? word)
    const value = (): string => inline ?? takeValue(name, words)
    if (seen.has(name) && name !== 'header') throw usage(`--${name} is given twice`)
    seen.add(name)
    if (/^[A-Z]/.test(name)) {
      // Given by hand they would spoil it.
      if (SIGNING_PARAMETERS.includes(name)) throw usage(`--${name} is set by the signature and cannot be given`)
      const text = value()
      parameters.set(name, text)
      if (name === 'RegionId') setOnce(flags, 'region', text)
      continue
    }
    takeFlag(name, inline, value, words, flags, version)
  }
  return {action: checkedAction(action), parameters: Object.fromEntries(parameters), flags: flags as EcsFlags}
}

function split(word: string): {name: string; inline: string | undefined} {
  if (!/^--[A-Za-z]/.test(word)) throw unknownFlag(word, [])
  const equals = word.indexOf('=')
  return equals < 0
    ? {name: word.slice(2), inline: undefined}
    : {name: word.slice(2, equals), inline: word.slice(equals + 1)}
}

/** The next word, whatever it is; only another long flag shows that the value was forgotten. */
function takeValue(name: string, words: string[]): string {
  const next = words.shift()
  if (next === undefined || /^--[A-Za-z]/.test(next)) {
    throw usage(`--${name} needs a value`, `A value that begins with two dashes is given as --${name}=VALUE.`)
  }
  return next
}

function takeFlag(
  name: string,
  inline: string | undefined,
  value: () => string,
  words: string[],
  flags: Record<string, unknown>,
  version: string,
): void {
  const flag = Object.hasOwn(ECS_FLAGS, name) ? ECS_FLAGS[name] : undefined
  if (!flag) throw unknownFlag(`--${name}`, Object.keys(ECS_FLAGS))
  if (flag.kind.endsWith('switch') && inline !== undefined) throw usage(`--${name} takes no value`)
  switch (flag.kind) {
    case 'value':
      if (name === 'version') checkVersion(value(), version)
      else setOnce(flags, flag.to ?? name, checkedValue(name, value()))
      break
    case 'switch':
      if (name === 'json') flags['output'] = 'json'
      else flags[flag.to ?? name] = true
      break
    case 'pairs':
      flags[flag.to ?? name] = takePairs(inline, words)
      break
    case 'output': {
      const pairs = takePairs(inline, words)
      if (Object.keys(pairs).length > 0) flags['table'] = pairs
      else flags['output'] = value()
      break
    }
    case 'header':
      flags['headers'] = {...(flags['headers'] as object | undefined), ...parseHeader(value())}
      break
    case 'log level':
      if (parseLogLevel(value()) === 'DEBUG') flags['debug'] = true
      break
    case 'ignored value':
      value()
      break
    case 'refused':
      throw usage(`--${name} cannot be given: ${flag.says ?? ''}`)
    case 'ignored switch':
  }
}

const LONGEST_TRY_SEC = 600
const MOST_REPEATS = 10

/** The values that have a form of their own. */
function checkedValue(name: string, text: string): string {
  switch (name) {
    case 'timeout':
      return parseTimeout(text)
    case 'read-timeout':
    case 'retry-timeout':
    case 'connect-timeout':
      return String(parseInteger(text, `--${name}`, {min: 1, max: LONGEST_TRY_SEC}))
    case 'retry-count':
      return String(parseInteger(text, '--retry-count', {min: 0, max: MOST_REPEATS}))
    case 'endpoint-type':
      if (text === 'vpc' || text === 'public') return text
      throw usage(`--endpoint-type must be vpc or public; given: ${quote(text)}`)
    default:
      return text
  }
}

/** `x-name=value`. What the signature covers is set by it. */
function parseHeader(text: string): Record<string, string> {
  const [, name = '', value = ''] = /^([A-Za-z0-9-]+)=([\x20-\x7e]*)$/.exec(text) ?? []
  if (name === '') throw usage(`--header must be name=value; given: ${quote(text)}`)
  if (/^(authorization|host|content-.*|x-acs-(action|version|signature.*|date|security-token))$/i.test(name)) {
    throw usage(`--header ${quote(name)} is set by assist itself`)
  }
  return {[name.toLowerCase()]: value}
}

const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR']

function parseLogLevel(text: string): string {
  const level = LOG_LEVELS.find((one) => one === text.toUpperCase())
  if (level) return level
  throw usage(`--log-level must be one of ${LOG_LEVELS.join(', ')}; given: ${quote(text)}`)
}

function takePairs(inline: string | undefined, words: string[]): Record<string, string> {
  const pairs: Record<string, string> = {}
  const given = inline === undefined ? [] : [inline]
  while (words[0] !== undefined && PAIR.test(words[0])) given.push(words.shift() ?? '')
  for (const pair of given) {
    const [, key = '', text = ''] = PAIR.exec(pair) ?? []
    if (key) pairs[key] = text
  }
  return pairs
}

const PAIR = /^(cols|rows|num|path|PageNumber|PageSize|TotalCount|NextToken|expr|to|timeout|interval)=([\s\S]*)$/

function setOnce(flags: Record<string, unknown>, key: string, value: string): void {
  if (flags[key] !== undefined && flags[key] !== value) throw usage(`--${key} is given twice, with different values`)
  flags[key] = value
}

function checkVersion(given: string, version: string): void {
  if (given !== version) throw usage(`--version ${quote(given)}: assist speaks ECS ${version} only`)
}

function checkedAction(action: string | undefined): string {
  if (action === undefined)
    throw usage('the action is missing', 'Such as: assist ecs DescribeInvocations --InvokeId t-…')
  if (/^[A-Z][A-Za-z0-9]*$/.test(action)) return action
  const pascal = action
    .split('-')
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join('')
  throw usage(
    `${quote(action)} is no action of ECS`,
    /^[A-Z][A-Za-z0-9]*$/.test(pascal)
      ? `Did you mean: assist ecs ${pascal}`
      : 'An action looks like DescribeInvocations.',
  )
}

function usage(message: string, hint?: string): AssistError {
  return new AssistError('usage', message, {hint})
}
