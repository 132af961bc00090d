import type {FaultCode} from '../faults.ts'

/** What a script may be. It travels as Base64, and its size counts so. */
export const SCRIPT = {
  content: {name: 'CommandContent', base64Bytes: 24_576, code: 'CmdContent.ExceedLimit'},
  /** `{{name}}` in it. */
  placeholders: {most: 20, code: 'CmdParamCount.ExceedLimit'},
  placeholderName: {bytes: 64, code: 'CmdParamName.ExceedLimit'},
} as const satisfies Record<string, {code: FaultCode; [limit: string]: string | number}>
