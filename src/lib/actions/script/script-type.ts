import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {SCRIPT_TYPES, type ScriptType} from '../../protocol/script.ts'

const SHORT_NAMES: Readonly<Record<string, ScriptType>> = {
  shell: 'RunShellScript',
  sh: 'RunShellScript',
  bat: 'RunBatScript',
  powershell: 'RunPowerShellScript',
}

/** `shell`, `bat`, `powershell` or the API's own spelling, in any case. */
export function parseScriptType(text: string): ScriptType {
  const lower = text.toLowerCase()
  const type = SHORT_NAMES[lower] ?? SCRIPT_TYPES.find((name) => name.toLowerCase() === lower)
  if (type) return type
  throw new AssistError('usage', `--type must be shell, bat or powershell; given: ${quote(text)}`)
}

/** What was asked for, else what the file name says, else shell. */
export function chooseScriptType(asked: string | undefined, file: string | undefined): ScriptType {
  if (asked !== undefined) return parseScriptType(asked)
  if (file !== undefined && /\.ps1$/i.test(file)) return 'RunPowerShellScript'
  if (file !== undefined && /\.(bat|cmd)$/i.test(file)) return 'RunBatScript'
  return 'RunShellScript'
}
