import {z} from 'zod'
import {quote} from '../../../core/quote.ts'
import {Fault, type FaultCode} from '../../../protocol/ecs/faults.ts'

// Fields of request schemas. Each turns the text of the wire into a value, or throws the Fault that the API names for it.

const CONTROLS = /[\u0000-\u001f\u007f]/

export interface TextRules {
  /** Counted in characters, or in bytes of UTF-8. */
  max?: {characters?: number; bytes?: number; code: FaultCode}
  /** Refuses control characters; line breaks and tabs may be allowed. */
  clean?: {code: FaultCode; allow?: 'lines'}
  pattern?: {is: RegExp; code: FaultCode; say: string}
}

/** A text that may be absent; an empty one was given on purpose. */
export function text(name: string, rules: TextRules = {}) {
  return z
    .string()
    .optional()
    .transform((value) => (value === undefined ? undefined : checkText(name, value, rules)))
}

/** A text for which empty means absent. */
export function filter(name: string, rules: TextRules = {}) {
  return z
    .string()
    .optional()
    .transform((value) => (value ? checkText(name, value, rules) : undefined))
}

/** A text that must be there and not be empty. */
export function requiredText(name: string, rules: TextRules = {}) {
  return z
    .string()
    .optional()
    .transform((value) => {
      if (!value) throw new Fault(`MissingParameter.${name}`)
      return checkText(name, value, rules)
    })
}

export interface IntegerRules {
  min: number
  max: number
  /** For a number out of range. */
  code: FaultCode
  /** For what is not a whole number; absent: InvalidParameter.<name>. */
  malformed?: FaultCode
}

export function integer(name: string, rules: IntegerRules) {
  return z
    .string()
    .optional()
    .transform((value) => (value ? parseInteger(name, value, rules) : undefined))
}

/** @throws Fault with the range and the value given. */
export function parseInteger(name: string, value: string, {min, max, code, malformed}: IntegerRules): number {
  const range = `${name} must be a whole number between ${min} and ${max}; given: ${quote(value)}.`
  if (!/^-?\d{1,15}$/.test(value)) throw new Fault(malformed ?? `InvalidParameter.${name}`, range)
  const number = Number(value)
  if (number < min || number > max) throw new Fault(code, range)
  return number
}

export function flag(name: string) {
  return z
    .string()
    .optional()
    .transform((value) => {
      if (!value) return undefined
      const lower = value.toLowerCase()
      if (lower !== 'true' && lower !== 'false') {
        throw new Fault(`InvalidParameter.${name}`, `${name} must be true or false; given: ${quote(value)}.`)
      }
      return lower === 'true'
    })
}

export function choice<const T extends string>(name: string, values: readonly T[], code: FaultCode) {
  return z
    .string()
    .optional()
    .transform((value) => {
      if (!value) return undefined
      const found = values.find((candidate) => candidate === value)
      if (!found) throw new Fault(code, `${name} must be one of ${values.join(', ')}; given: ${quote(value)}.`)
      return found
    })
}

/** A numbered list; an item given twice counts once. */
export function texts(name: string, max: {items: number; code: FaultCode}) {
  return z
    .array(z.string())
    .optional()
    .transform((values = []) => {
      if (values.length > max.items) {
        throw new Fault(max.code, `At most ${max.items} of ${name} can be given; given: ${values.length}.`)
      }
      return [...new Set(values)]
    })
}

export function resourceGroupId() {
  return filter('ResourceGroupId', {
    pattern: {is: /^[\w.-]{1,64}$/, code: 'InvalidParameter.ResourceGroupId', say: 'an id such as rg-123'},
  })
}

export function clientToken() {
  return filter('ClientToken', {
    pattern: {is: /^[\x21-\x7e]{1,64}$/, code: 'InvalidClientToken.Malformed', say: '1 to 64 ASCII characters'},
  })
}

function checkText(name: string, value: string, {max, clean, pattern}: TextRules): string {
  checkLength(name, value, max)
  if (clean && CONTROLS.test(clean.allow === 'lines' ? value.replace(/[\r\n\t]/g, '') : value)) {
    throw new Fault(clean.code, `${name} must not hold control characters; given: ${quote(value)}.`)
  }
  if (pattern && !pattern.is.test(value)) {
    throw new Fault(pattern.code, `${name} must be ${pattern.say}; given: ${quote(value)}.`)
  }
  return value
}

function checkLength(name: string, value: string, max: TextRules['max']): void {
  if (!max) return
  const inBytes = max.bytes !== undefined
  const size = inBytes ? Buffer.byteLength(value) : [...value].length
  const limit = max.bytes ?? max.characters ?? 0
  if (size <= limit) return
  throw new Fault(
    max.code,
    `${name} may have at most ${limit} ${inBytes ? 'bytes' : 'characters'}; given: ${size}, ${quote(value)}.`,
  )
}
