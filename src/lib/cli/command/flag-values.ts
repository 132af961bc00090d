import {OUTPUT_FORMATS} from '../../view/form/render.ts'

/** Stands in front of a value while oclif reads the words; a character of the private use area, which nobody types. */
const MARK = '\uf8ff'

/**
 * The words as oclif understands them: it takes `--description=-foo` for a description without a value followed by -f, and forms of output in
 * lower case only. `chars` are the short flags there are. What stands behind `--` is not looked at.
 */
export function protectValues(argv: readonly string[], chars: ReadonlySet<string>): string[] {
  const end = argv.indexOf('--')
  return argv.map((word, index) => {
    if (end >= 0 && index > end) return word
    const [, flag, value] = /^(--[a-z][\w-]*=)(-[\s\S]+)$/i.exec(word) ?? []
    if (flag !== undefined && value !== undefined && chars.has(value[1] ?? '')) return `${flag}${MARK}${value}`
    return lowerOutput(word, argv[index - 1])
  })
}

function lowerOutput(word: string, before: string | undefined): string {
  const [, flag = '', value = ''] =
    before === '-o' || before === '--output' ? ['', '', word] : (/^(-o=?|--output=)(.+)$/.exec(word) ?? [])
  const lower = value.toLowerCase()
  return OUTPUT_FORMATS.some((format) => format === lower) ? flag + lower : word
}

/** The values as they were typed, in whatever came of the words. */
export function bareValues<Value>(parsed: Value): Value {
  return strip(parsed) as Value
}

function strip(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith(MARK) ? value.slice(MARK.length) : value
  if (Array.isArray(value)) return value.map(strip)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, strip(item)]))
}
