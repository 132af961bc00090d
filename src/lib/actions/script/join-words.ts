import type {ScriptType} from '../../protocol/script.ts'

/** The words behind `--` as a script: one word is the script itself; several are a command line, quoted so that each stays one word. */
export function joinWords(words: readonly string[], type: ScriptType): string {
  const [only] = words
  if (words.length === 1 && only !== undefined) return only
  if (type === 'RunPowerShellScript') return `& ${words.map(quotePowerShell).join(' ')}`
  return words.map(type === 'RunBatScript' ? quoteBat : quoteShell).join(' ')
}

/** Left bare where no shell could misread it, so that scripts stay readable. */
export function quoteShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

export function quotePowerShell(word: string): string {
  return `'${word.replaceAll(/['‘’‚‛]/g, '$&$&')}'`
}

function quoteBat(word: string): string {
  const escaped = word.replaceAll('%', '%%')
  return /^[\w@%+=:,.\\/-]+$/.test(escaped) ? escaped : `"${escaped.replaceAll('"', '""')}"`
}
