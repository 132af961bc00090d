import type {FaultCode} from '../faults.ts'

// How the tables of this folder describe a parameter: its name on the wire, its limits and the codes by which it is refused. The server
// reads and refuses by them; the command line refuses by the same limits before it sends anything.

export interface TextParameter {
  name: string
  limit?: TextLimit
  /** Refuses control characters; line breaks and tabs may be allowed. */
  clean?: {code: FaultCode; allow?: 'lines'}
  /** `say` follows "must be". */
  pattern?: {is: RegExp; code: FaultCode; say: string}
}

/** A text may have at most this many characters, or bytes of UTF-8. */
export interface TextLimit {
  size: number
  unit: 'characters' | 'bytes'
  code: FaultCode
}

/** As the unit counts: bytes are those of UTF-8. */
export function sizeOf(text: string, unit: TextLimit['unit']): number {
  return unit === 'bytes' ? Buffer.byteLength(text) : [...text].length
}

/** A whole number. `default`: what applies where it is not given. */
export interface IntegerParameter {
  name: string
  min: number
  max: number
  default?: number
  /** For a number out of range. */
  code: FaultCode
  /** For what is not a whole number; absent: InvalidParameter.<name>. */
  malformed?: FaultCode
}

/** One of a few words. */
export interface ChoiceParameter<Value extends string = string> {
  name: string
  values: readonly Value[]
  code: FaultCode
}

/** A list of so many items at most. */
export interface ListParameter {
  name: string
  items: number
  code: FaultCode
}

/** Tags, numbered; each fault of them has a code. */
export interface TagParameter {
  name: string
  items: number
  codes: Record<'tooMany' | 'noKey' | 'twice' | 'key' | 'value', FaultCode>
}

export type ParameterTable = Readonly<
  Record<string, TextParameter | IntegerParameter | ChoiceParameter | ListParameter | TagParameter>
>
