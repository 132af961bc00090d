import {z} from 'zod'
import {quote} from '../../../core/quote.ts'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {GENERAL} from '../../../protocol/ecs/parameters/general.ts'
import {
  type ChoiceParameter,
  type IntegerParameter,
  type ListParameter,
  sizeOf,
  type TextLimit,
  type TextParameter,
} from '../../../protocol/ecs/parameters/rules.ts'

// Fields of request schemas, from the tables of protocol/ecs/parameters; a bare name has no rules. Each turns the text of the wire into a
// value, or throws the Fault that the table names for it.

const CONTROLS = /[\u0000-\u001f\u007f]/

/** A text that may be absent; an empty one was given on purpose. */
export function text(parameter: string | TextParameter) {
  return z
    .string()
    .optional()
    .transform((value) => (value === undefined ? undefined : checkText(parameter, value)))
}

/** A text for which empty means absent. */
export function filter(parameter: string | TextParameter) {
  return z
    .string()
    .optional()
    .transform((value) => (value ? checkText(parameter, value) : undefined))
}

/** A text that must be there and not be empty. */
export function requiredText(parameter: string | TextParameter) {
  return z
    .string()
    .optional()
    .transform((value) => {
      if (!value) throw new Fault(`MissingParameter.${nameOf(parameter)}`)
      return checkText(parameter, value)
    })
}

export function integer(parameter: IntegerParameter) {
  return z
    .string()
    .optional()
    .transform((value) => (value ? parseInteger(parameter, value) : undefined))
}

/** @throws Fault with the range and the value given. */
export function parseInteger({name, min, max, code, malformed}: IntegerParameter, value: string): number {
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

export function choice<const Value extends string>({name, values, code}: ChoiceParameter<Value>) {
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
export function texts({name, items, code}: ListParameter) {
  return z
    .array(z.string())
    .optional()
    .transform((values = []) => {
      if (values.length > items) {
        throw new Fault(code, `At most ${items} of ${name} can be given; given: ${values.length}.`)
      }
      return [...new Set(values)]
    })
}

export function resourceGroupId() {
  return filter(GENERAL.resourceGroupId)
}

export function clientToken() {
  return filter(GENERAL.clientToken)
}

function nameOf(parameter: string | TextParameter): string {
  return typeof parameter === 'string' ? parameter : parameter.name
}

function checkText(parameter: string | TextParameter, value: string): string {
  if (typeof parameter === 'string') return value
  const {name, limit, clean, pattern} = parameter
  if (limit) checkLength(name, value, limit)
  if (clean && CONTROLS.test(clean.allow === 'lines' ? value.replace(/[\r\n\t]/g, '') : value)) {
    throw new Fault(clean.code, `${name} must not hold control characters; given: ${quote(value)}.`)
  }
  if (pattern && !pattern.is.test(value)) {
    throw new Fault(pattern.code, `${name} must be ${pattern.say}; given: ${quote(value)}.`)
  }
  return value
}

function checkLength(name: string, value: string, limit: TextLimit): void {
  const size = sizeOf(value, limit.unit)
  if (size <= limit.size) return
  throw new Fault(limit.code, `${name} may have at most ${limit.size} ${limit.unit}; given: ${size}, ${quote(value)}.`)
}
