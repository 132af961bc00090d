import {Flags} from '@oclif/core'
import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'

/** A whole number in decimal digits, within limits that the message names: `integerFlag('--port', {min: 0, max: 65535})({default: 8080})`. */
export function integerFlag(name: string, limits: {min: number; max: number}) {
  return Flags.custom<number>({
    helpValue: 'NUMBER',
    parse: async (text) => parseInteger(text, name, limits),
  })
}

/** @throws AssistError (usage) */
export function parseInteger(text: string, name: string, {min, max}: {min: number; max: number}): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new AssistError('usage', `${name} must be a whole number between ${min} and ${max}; given: ${quote(text)}`)
}
