import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {OUTPUT_FORMATS, type OutputFormat, renderCsv, renderText, type View} from '../../view/render.ts'
import {selectColumns} from '../../view/select-columns.ts'
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
  const format = OUTPUT_FORMATS.find((one) => one === text)
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
}

/** The text for stdout. `result` is what --json prints; `view` is made only when rows are asked for. */
export async function formatResult(result: unknown, view: () => View, options: ShowOptions): Promise<string> {
  const value = options.query === undefined ? result : await applyQuery(result, options.query)
  switch (options.format) {
    case 'json':
      return `${JSON.stringify(value ?? null, null, 2)}\n`
    case 'ndjson':
      return (Array.isArray(value) ? value : [value]).map((item) => `${JSON.stringify(item ?? null)}\n`).join('')
    case 'yaml': {
      const {stringify} = await import('yaml')
      return stringify(value ?? null)
    }
    default:
      if (options.query !== undefined) return plainText(value)
  }
  const selected = selectColumns(view(), options.columns)
  if (options.format === 'csv') return renderCsv(selected)
  if (options.format === 'text') return renderText(selected)
  const {renderTable} = await import('../../view/table.ts')
  return renderTable(selected, options)
}

/** The result of a query as lines: strings bare, everything else as JSON. */
function plainText(value: unknown): string {
  const items = Array.isArray(value) ? value : [value ?? '']
  return items.map((item) => `${typeof item === 'string' ? item : JSON.stringify(item)}\n`).join('')
}

async function applyQuery(result: unknown, query: string): Promise<unknown> {
  const {search} = await import('@jmespath-community/jmespath')
  try {
    return search(JSON.parse(JSON.stringify(result ?? null)), query)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new AssistError('usage', `--query ${quote(query)} is not a JMESPath expression: ${reason}`)
  }
}
