const SCRIPT_FILE = /\{\{\s*ACS\s*::\s*ScriptFileName\s*(?:\|\s*Ext\(\s*["']?(\.?[A-Za-z0-9]{1,16})["']?\s*\)\s*)?\}\}/g

/** Stands for the script's path while words are split; no launcher can hold it. */
const MARK = '\0'

/**
 * Splits a program line such as `python3 -u {{ACS::ScriptFileName|Ext(".py")}}` into words. Quotes and backslashes work as in a shell,
 * and nothing else does: no shell ever reads it. Without a placeholder the script comes last. undefined: a quote is not closed.
 */
export function launcherWords(launcher: string, scriptFile: string): string[] | undefined {
  const words = splitWords(launcher.replaceAll(MARK, '').replace(SCRIPT_FILE, MARK))
  if (words === undefined) return undefined
  if (!words.some((word) => word.includes(MARK))) words.push(MARK)
  return words.map((word) => word.replaceAll(MARK, () => scriptFile))
}

/** How the script's file name must end, with its dot; undefined when the launcher doesn't say. */
export function launcherExtension(launcher: string): string | undefined {
  const [found] = launcher.matchAll(SCRIPT_FILE)
  const extension = found?.[1]
  return extension === undefined || extension.startsWith('.') ? extension : `.${extension}`
}

function splitWords(line: string): string[] | undefined {
  const words: string[] = []
  let word: string | undefined
  let quoted = ''
  for (let i = 0; i < line.length; i++) {
    const character = line[i] ?? ''
    if (quoted !== '' ? character === quoted : character === '"' || character === "'") {
      quoted = quoted === '' ? character : ''
      word ??= ''
    } else if (character === '\\' && quoted !== "'" && i + 1 < line.length) {
      word = (word ?? '') + line[++i]
    } else if (quoted === '' && /\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else {
      word = (word ?? '') + character
    }
  }
  if (word !== undefined) words.push(word)
  return quoted === '' ? words : undefined
}
