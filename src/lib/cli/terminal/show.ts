import {AssistError} from '../../core/errors.ts'
import {escapeControls, quote} from '../../core/quote.ts'
import {plainLines, plainView, queryView} from '../../view/form/query-view.ts'
import {OUTPUT_FORMATS, type OutputFormat, renderCsv, renderText, type View} from '../../view/form/render.ts'
import {selectColumns} from '../../view/form/select-columns.ts'
import type {OutputFlagValues} from '../flags/common.ts'

/** What the flags, then the profile and the terminal ask for. */
export function outputFormat(flags: OutputFlagValues, stdout: {isTTY?: boolean}, ofProfile?: string): OutputFormat {
  if (flags.json) return 'json'
  if (flags.output) return flags.output
  if (flags.query) return 'json'
  return OUTPUT_FORMATS.find((format) => format === ofProfile) ?? (stdout.isTTY ? 'table' : 'text')
}

/** @throws AssistError (usage) */
export function parseOutputFormat(text: string | undefined): OutputFormat | undefined {
  const format = OUTPUT_FORMATS.find((one) => one === text?.toLowerCase())
  if (text === undefined || format) return format
  throw new AssistError('usage', `--output ${quote(text)} is unknown`, {hint: `Forms: ${OUTPUT_FORMATS.join(', ')}`})
}

export function useColor(flags: OutputFlagValues, environment: NodeJS.ProcessEnv, stream: {isTTY?: boolean}): boolean {
  if (flags['no-color'] || environment['NO_COLOR']) return false
  if (environment['FORCE_COLOR'] && environment['FORCE_COLOR'] !== '0') return true
  return stream.isTTY === true && environment['TERM'] !== 'dumb'
}

export interface ShowOptions {
  format: OutputFormat
  query: string | undefined
  columns: string | undefined
  color: boolean
  width: number
  /** Whether a person looks at it, so that nothing from elsewhere may steer the screen. */
  isTerminal: boolean
  nowMs: number
  /** Hears why a query probably found nothing. */
  hint?: ((text: string) => void) | undefined
}

export interface Shown {
  /** What --json prints. */
  result: unknown
  /** What ndjson prints, one a line; without them the result, or each item of it when it is a list. */
  items?: readonly unknown[] | undefined
  /** Made only when rows are asked for. */
  view: () => View
}

/** The text for stdout. */
export async function formatResult({result, items, view}: Shown, options: ShowOptions): Promise<string> {
  const value = options.query === undefined ? result : await applyQuery(result, options.query, options.hint)
  switch (options.format) {
    case 'json':
      return jsonText(`${JSON.stringify(value ?? null, null, 2)}\n`, options)
    case 'ndjson': {
      const lines = options.query === undefined && items ? items : Array.isArray(value) ? value : [value]
      return jsonText(lines.map((item) => `${JSON.stringify(item ?? null)}\n`).join(''), options)
    }
    case 'yaml': {
      const {stringify} = await import('yaml')
      const text = stringify(value ?? null)
      return options.isTerminal ? escapeControls(text, {keepLineBreaks: true}) : text
    }
    default:
  }
  if (options.query === undefined) return renderView(view(), options.format, options)
  const found = queryView(value)
  if (found) return renderView(found, options.format, options)
  if (options.format === 'csv') return renderCsv(plainView(value), options)
  const lines = plainLines(value)
  return options.isTerminal ? escapeControls(lines, {keepLineBreaks: true}) : lines
}

async function renderView(view: View, format: 'csv' | 'text' | 'table', options: ShowOptions): Promise<string> {
  const selected = selectColumns(view, options.columns)
  if (format === 'csv') return renderCsv(selected, options)
  if (format === 'text') return renderText(selected, options)
  const {renderTable} = await import('../../view/form/table.ts')
  return renderTable(selected, options)
}

/** JSON escapes what is below a space itself; the rest that a terminal obeys is the same value when escaped. */
function jsonText(text: string, {isTerminal}: ShowOptions): string {
  if (!isTerminal) return text
  return text.replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

async function applyQuery(result: unknown, query: string, hint: ShowOptions['hint']): Promise<unknown> {
  const [{compile, search}, {queryHint}] = await Promise.all([
    import('@jmespath-community/jmespath'),
    import('./query-hint.ts'),
  ])
  const whole: Parameters<typeof search>[0] = JSON.parse(JSON.stringify(result ?? null))
  try {
    const found = search(whole, query)
    const why = hint && queryHint(compile(query), whole, found)
    if (why !== undefined) hint?.(why)
    return found
  } catch (error) {
    // Well formed, or it would have been refused before anything was sent; so this is no wrong usage any more.
    const reason = error instanceof Error ? error.message : String(error)
    throw new AssistError(
      'output',
      `the answer is there, but --query ${quote(query)} cannot be applied to it: ${reason}`,
    )
  }
}
