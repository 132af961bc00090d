export type JsonPath = readonly (string | number)[]

export interface ParsedJson {
  value: unknown
  /** The line, from 1, on which the value at `path` begins. */
  lineOf(path: JsonPath): number
}

/** Where and why a text is not JSON. It never carries a piece of the text, because that may be a secret. */
export class JsonProblem extends Error {
  readonly line: number
  readonly column: number

  constructor(message: string, line: number, column: number) {
    super(message)
    this.line = line
    this.column = column
  }
}

const DEEPEST = 32

/**
 * Strict JSON with what `JSON.parse` does not tell: lines, and keys given twice (refused).
 * Node's own messages quote the text around the mistake, so they cannot be shown for a file of secrets.
 * @throws JsonProblem
 */
export function parseStrictJson(text: string): ParsedJson {
  const lines = new Map<string, number>()
  let at = text.startsWith('\ufeff') ? 1 : 0

  const value = parseValue([])
  skipSpace()
  if (at < text.length) fail('there is something after the end')
  return {value, lineOf: (path) => lines.get(keyOf(path)) ?? 1}

  function parseValue(path: JsonPath): unknown {
    skipSpace()
    if (path.length > DEEPEST) fail('it is nested too deeply')
    lines.set(keyOf(path), lineAt(at))
    switch (text[at]) {
      case undefined:
        return fail(at === 0 || text.trim() === '' ? 'it is empty' : 'it ends too early')
      case '{':
        return parseObject(path)
      case '[':
        return parseArray(path)
      case '"':
        return parseString()
      default:
        return parseWord()
    }
  }

  function parseObject(path: JsonPath): Record<string, unknown> {
    const object: Record<string, unknown> = Object.create(null)
    at++
    for (let first = true; !closes('}', first); first = false) {
      if (text[at] !== '"') fail('a key in double quotes is expected')
      const start = at
      const key = parseString()
      if (key in object) fail('a key is given twice', start)
      skipSpace()
      expect(':')
      object[key] = parseValue([...path, key])
    }
    return object
  }

  function parseArray(path: JsonPath): unknown[] {
    const array: unknown[] = []
    at++
    for (let first = true; !closes(']', first); first = false) array.push(parseValue([...path, array.length]))
    return array
  }

  /** True behind the closing bracket; false in front of a further item. */
  function closes(bracket: string, first: boolean): boolean {
    skipSpace()
    if (text[at] === bracket) {
      at++
      return true
    }
    if (!first) {
      expect(',')
      skipSpace()
    }
    return false
  }

  function parseString(): string {
    const start = at
    for (at++; text[at] !== '"'; at++) {
      const character = text[at]
      if (character === undefined) fail('a text is not closed', start)
      else if (character < ' ') fail('a text has a line break or control character in it')
      else if (character === '\\') at++
    }
    at++
    try {
      return JSON.parse(text.slice(start, at)) as string
    } catch {
      return fail('a text has a wrong \\ escape', start)
    }
  }

  function parseWord(): unknown {
    const start = at
    while (/[\w.+-]/.test(text[at] ?? '')) at++
    try {
      return JSON.parse(text.slice(start, at)) as unknown
    } catch {
      return fail('a value is expected', start)
    }
  }

  function skipSpace(): void {
    while (/[ \t\r\n]/.test(text[at] ?? '')) at++
  }

  function expect(character: string): void {
    if (text[at] !== character) fail(text[at] === undefined ? 'it ends too early' : `"${character}" is expected`)
    at++
  }

  function lineAt(position: number): number {
    let line = 1
    for (let next = text.indexOf('\n'); next >= 0 && next < position; next = text.indexOf('\n', next + 1)) line++
    return line
  }

  function fail(message: string, position = at): never {
    const lineStart = text.lastIndexOf('\n', position - 1) + 1
    throw new JsonProblem(message, lineAt(position), position - lineStart + 1)
  }
}

function keyOf(path: JsonPath): string {
  return path.join('\0')
}
