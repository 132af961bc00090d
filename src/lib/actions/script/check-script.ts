import {counted} from '../../core/count.ts'
import {AssistError} from '../../core/errors.ts'
import {decodeUtf8} from '../../core/utf8.ts'
import {SCRIPT} from '../../protocol/ecs/parameters/script.ts'
import type {ScriptType} from '../../protocol/script.ts'
import {base64Bytes, fitsAsBase64, MOST_SCRIPT_BYTES} from '../../protocol/script-content.ts'

export interface CheckedScript {
  text: string
  warnings: string[]
}

/** Bytes as a script, or why not. `from` names the source in messages: `--file deploy.sh`, `standard input`. */
export function checkScript(bytes: Uint8Array, from: string, type: ScriptType): CheckedScript {
  if (bytes.length === 0) throw usage(`${from}: the script is empty (0 bytes)`)
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw usage(`${from}: the script is UTF-16 (${counted(bytes.length, 'byte')})`, 'Save it as UTF-8.')
  }
  const nulAt = bytes.indexOf(0)
  if (nulAt >= 0)
    throw usage(`${from}: a script cannot hold NUL bytes; found one at byte ${nulAt + 1} of ${bytes.length}`)
  const text = decodeUtf8(bytes)
  if (text === undefined) {
    throw usage(`${from}: the script is not UTF-8 (${counted(bytes.length, 'byte')})`, 'Save it as UTF-8.')
  }
  if (text.trim() === '') throw usage(`${from}: the script is blank (${counted(bytes.length, 'byte')})`)
  if (text.startsWith('\ufeff') && type !== 'RunPowerShellScript') {
    throw usage(
      `${from}: the script begins with a byte order mark, which shells take for a command (${counted(bytes.length, 'byte')})`,
      'Save it as UTF-8 without BOM.',
    )
  }
  checkScriptSize(text, from)
  const lines = text.match(/\r\n/g)?.length ?? 0
  const warnings =
    lines > 0 && type === 'RunShellScript'
      ? [
          `${from}: ${counted(lines, 'line')} ${lines === 1 ? 'ends' : 'end'} in CR LF, kept; shells take the CR for text`,
        ]
      : []
  return {text, warnings}
}

/** @throws AssistError (usage) with limit and size */
export function checkScriptSize(text: string, from: string): void {
  if (fitsAsBase64(text)) return
  const {base64Bytes: most} = SCRIPT.content
  throw usage(
    `${from}: a script must be at most ${MOST_SCRIPT_BYTES} bytes (${most} after Base64); given: ${Buffer.byteLength(text)} bytes (${base64Bytes(text)} after Base64)`,
    'Send the bulk as a file and run a short script that uses it.',
  )
}

function usage(message: string, hint?: string): AssistError {
  return new AssistError('usage', message, {hint})
}
