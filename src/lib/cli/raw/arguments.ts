import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {unknownFlag} from '../command/usage-error.ts'
import {parseTimeout} from '../flags/common.ts'

/** `assist ecs ACTION --Param value …`, taken apart. Parameters keep their spelling and order, word for word. */
export interface EcsArguments {
  action: string
  parameters: Readonly<Record<string, string>>
  flags: EcsFlags
}

export interface EcsFlags {
  profile?: string
  region?: string
  endpoint?: string
  /** ms, as text. */
  timeout?: string
  output?: string
  /** `cols=…` and the like behind --output. */
  table?: Readonly<Record<string, string>>
  query?: string
  pager?: Readonly<Record<string, string>>
  waiter?: Readonly<Record<string, string>>
  isDryRun?: true
  quiet?: true
  debug?: true
  'no-pager'?: true
  'no-color'?: true
  'no-input'?: true
}

type Kind = 'value' | 'switch' | 'ignored value' | 'ignored switch' | 'pairs' | 'output'

/** Ours and those of the official CLI. Names of parameters begin with a capital letter, so the two never meet. */
const FLAGS: Readonly<Record<string, {kind: Kind; to?: keyof EcsFlags}>> = {
  profile: {kind: 'value', to: 'profile'},
  region: {kind: 'value', to: 'region'},
  endpoint: {kind: 'value', to: 'endpoint'},
  timeout: {kind: 'value', to: 'timeout'},
  query: {kind: 'value', to: 'query'},
  'cli-query': {kind: 'value', to: 'query'},
  output: {kind: 'output'},
  json: {kind: 'switch'},
  pager: {kind: 'pairs', to: 'pager'},
  waiter: {kind: 'pairs', to: 'waiter'},
  dryrun: {kind: 'switch', to: 'isDryRun'},
  'cli-dry-run': {kind: 'switch', to: 'isDryRun'},
  quiet: {kind: 'switch', to: 'quiet'},
  debug: {kind: 'switch', to: 'debug'},
  'no-pager': {kind: 'switch', to: 'no-pager'},
  'no-color': {kind: 'switch', to: 'no-color'},
  'no-input': {kind: 'switch', to: 'no-input'},
  version: {kind: 'value'},
  method: {kind: 'ignored value'},
  language: {kind: 'ignored value'},
  'connect-timeout': {kind: 'ignored value'},
  'read-timeout': {kind: 'ignored value'},
  'retry-count': {kind: 'ignored value'},
  'user-agent': {kind: 'ignored value'},
  secure: {kind: 'ignored switch'},
  force: {kind: 'ignored switch'},
  yes: {kind: 'ignored switch'},
}

const SHORT: Readonly<Record<string, string>> = {
  '-p': '--profile',
  '-o': '--output',
  '-e': '--endpoint',
  '-q': '--quiet',
  '-y': '--yes',
}

/** Made by the signature; given by hand they would spoil it. */
const SIGNED = [
  'Action',
  'AccessKeyId',
  'Signature',
  'SignatureMethod',
  'SignatureNonce',
  'SignatureVersion',
  'Timestamp',
  'SecurityToken',
  'Format',
]

/** @throws AssistError (usage) */
export function parseEcsArguments(argv: readonly string[], version: string): EcsArguments {
  const words = [...argv]
  const parameters = new Map<string, string>()
  const flags: Record<string, unknown> = {}
  const seen = new Set<string>()
  let action: string | undefined

  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (!word.startsWith('-')) {
      if (action !== undefined)
        throw usage(`${quote(word)} is neither a parameter nor a flag`, `Quote a value that has spaces in it.`)
      action = word
      continue
    }
    const {name, inline} = split(SHORT[word] ?? word)
    const value = (): string => inline ?? takeValue(name, words)
    if (seen.has(name)) throw usage(`--${name} is given twice`)
    seen.add(name)
    if (/^[A-Z]/.test(name)) {
      if (SIGNED.includes(name)) throw usage(`--${name} is set by the signature and cannot be given`)
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
  const flag = FLAGS[name]
  if (!flag) throw unknownFlag(`--${name}`, Object.keys(FLAGS))
  if (flag.kind.endsWith('switch') && inline !== undefined) throw usage(`--${name} takes no value`)
  switch (flag.kind) {
    case 'value':
      if (name === 'version') checkVersion(value(), version)
      else if (name === 'timeout') setOnce(flags, name, parseTimeout(value()))
      else setOnce(flags, flag.to ?? name, value())
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
    case 'ignored value':
      value()
      break
    case 'ignored switch':
  }
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
