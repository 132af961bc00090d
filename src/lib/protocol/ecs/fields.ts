/** What an operation answers, spelt as on the wire. `undefined` is left out. */
export type Fields = {[name: string]: FieldValue}
export type FieldValue = string | number | boolean | undefined | readonly FieldValue[] | Fields
