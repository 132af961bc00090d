import {quote} from '../../../core/quote.ts'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {SCRIPT} from '../../../protocol/ecs/parameters/script.ts'
import {malformedPlaceholders, parameterNames} from '../../../protocol/script.ts'
import {base64Bytes, decodeScript, fitsAsBase64} from '../../../protocol/script-content.ts'
import {isPlainText} from '../parts/encoding.ts'

/** CreateCommand reads an unknown ContentEncoding as Base64, RunCommand as PlainText. */
export type DefaultEncoding = 'Base64' | 'PlainText'

/** @throws Fault when the script is not Base64 or UTF-8, or too long. */
export function readContent(content: string, encoding: string | undefined, byDefault: DefaultEncoding): string {
  const isBase64 = byDefault === 'Base64' ? !isPlainText(encoding) : encoding?.toLowerCase() === 'base64'
  const script = isBase64 ? fromBase64(content) : content
  if (script.includes('\0')) throw new Fault('CmdContent.DecodeError', 'The script holds the character NUL.')
  if (script === '') throw new Fault('MissingParameter.CommandContent', 'The script is empty.')
  checkScriptSize(script, 'The script')
  return script
}

function fromBase64(content: string): string {
  const decoded = decodeScript(content)
  if ('script' in decoded) return decoded.script
  throw new Fault(
    'CmdContent.DecodeError',
    decoded.not === 'Base64'
      ? `CommandContent is not Base64; given: ${quote(content)}.`
      : 'CommandContent is Base64 of bytes that are not UTF-8.',
  )
}

export function checkScriptSize(script: string, what: string): void {
  if (fitsAsBase64(script)) return
  const {base64Bytes: limit, code} = SCRIPT.content
  throw new Fault(code, `${what} may have at most ${limit} bytes after Base64; given: ${base64Bytes(script)}.`)
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
  const {placeholders, placeholderName} = SCRIPT
  if (names.length > placeholders.most) {
    throw new Fault(
      placeholders.code,
      `A script may have at most ${placeholders.most} parameters; given: ${names.length}.`,
    )
  }
  const long = names.find((name) => Buffer.byteLength(name) > placeholderName.bytes)
  if (long === undefined) return
  throw new Fault(
    placeholderName.code,
    `The name of a parameter may have at most ${placeholderName.bytes} bytes; given: ${Buffer.byteLength(long)}, ${quote(long)}.`,
  )
}
