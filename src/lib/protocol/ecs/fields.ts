import {isRecord} from '../../core/json.ts'

/** What an operation answers, spelt as on the wire. `undefined` is left out. */
export type Fields = {[name: string]: FieldValue}
export type FieldValue = string | number | boolean | undefined | readonly FieldValue[] | Fields

/** Whether it is what an operation has answered once, read back. */
export function isFields(value: unknown): value is Fields {
  return isRecord(value) && Object.values(value).every(isFieldValue)
}

function isFieldValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isFieldValue)
  return ['string', 'number', 'boolean'].includes(typeof value) || isFields(value)
}
