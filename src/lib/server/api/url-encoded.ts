import {decodeUtf8} from '../../core/utf8.ts'
import {Fault} from '../../protocol/ecs/faults.ts'

/**
 * Strict `name=value&…`: `+` is a blank, escapes must be whole and UTF-8 (no overlong forms, no lone surrogates).
 * The platform's URLSearchParams would silently repair all of these, and a signature over repaired text means nothing.
 * @throws Fault naming the part of the request.
 */
export function decodeUrlEncoded(text: string, where: string): Array<[string, string]> {
  const pairs: Array<[string, string]> = []
  for (const part of text.split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = decodePart(equals < 0 ? part : part.slice(0, equals), where)
    if (name === '') throw new Fault('InvalidParameter', `A parameter in ${where} has no name.`)
    pairs.push([name, equals < 0 ? '' : decodePart(part.slice(equals + 1), where)])
  }
  return pairs
}

/** @throws Fault when the bytes are not UTF-8. */
export function decodeText(bytes: Uint8Array, where: string): string {
  const text = decodeUtf8(bytes)
  if (text === undefined) throw new Fault('InvalidParameter', `The text of ${where} is not UTF-8.`)
  return text
}

function decodePart(text: string, where: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new Fault('InvalidParameter', `A percent-encoding in ${where} is broken or not UTF-8.`)
  }
}
