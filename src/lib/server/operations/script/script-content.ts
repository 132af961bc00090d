import {quote} from '../../../core/quote.ts'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {LIMITS} from '../../../protocol/ecs/limits.ts'
import {base64Bytes, malformedPlaceholders, parameterNames} from '../../../protocol/script.ts'
import {isPlainText} from '../parts/encoding.ts'

/** CreateCommand reads an unknown ContentEncoding as Base64, RunCommand as PlainText. */
export type DefaultEncoding = 'Base64' | 'PlainText'

/** @throws Fault when the script is not Base64 or UTF-8, or too long. */
export function decodeScript(content: string, encoding: string | undefined, byDefault: DefaultEncoding): string {
  const isBase64 = byDefault === 'Base64' ? !isPlainText(encoding) : encoding?.toLowerCase() === 'base64'
  const script = isBase64 ? fromBase64(content) : content
  if (script.includes('\0')) throw new Fault('CmdContent.DecodeError', 'The script holds the character NUL.')
  if (script === '') throw new Fault('MissingParameter.CommandContent', 'The script is empty.')
  checkScriptSize(script, 'The script')
  return script
}

/** Strict: a blank in place of a `+` or a lost character would otherwise change the script silently. Line breaks are fine. */
function fromBase64(content: string): string {
  const compact = content.replace(/[\r\n]/g, '')
  const bytes = Buffer.from(compact, 'base64')
  if (bytes.toString('base64') !== compact) {
    throw new Fault('CmdContent.DecodeError', `CommandContent is not Base64; given: ${quote(content)}.`)
  }
  try {
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes)
  } catch {
    throw new Fault('CmdContent.DecodeError', 'CommandContent is Base64 of bytes that are not UTF-8.')
  }
}

export function checkScriptSize(script: string, what: string): void {
  const limit = LIMITS.commandContentBase64Bytes
  const size = base64Bytes(script)
  if (size <= limit) return
  throw new Fault('CmdContent.ExceedLimit', `${what} may have at most ${limit} bytes after Base64; given: ${size}.`)
}

/** @throws Fault for placeholders that could never be filled. */
export function checkPlaceholders(script: string): void {
  const malformed = malformedPlaceholders(script)[0]
  if (malformed === '') throw new Fault('CmdParam.EmptyKey', 'The script holds {{}}, a parameter without a name.')
  if (malformed !== undefined) {
    throw new Fault(
      'CmdParam.InvalidParamName',
      `Names of parameters have letters, digits, - and _; given: ${quote(malformed)}.`,
    )
  }
  const names = parameterNames(script)
  if (names.length > LIMITS.parametersDefined) {
    throw new Fault(
      'CmdParamCount.ExceedLimit',
      `A script may have at most ${LIMITS.parametersDefined} parameters; given: ${names.length}.`,
    )
  }
  const long = names.find((name) => Buffer.byteLength(name) > LIMITS.parameterNameBytes)
  if (long === undefined) return
  throw new Fault(
    'CmdParamName.ExceedLimit',
    `The name of a parameter may have at most ${LIMITS.parameterNameBytes} bytes; given: ${Buffer.byteLength(long)}, ${quote(long)}.`,
  )
}
