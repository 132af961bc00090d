import type {OutputFormat} from './render.ts'

/**
 * CI systems obey certain lines of a job's output: `::add-mask::` and `::error::` at GitHub, `##vso[…]` at Azure, `##teamcity[…]`. What a remote host
 * prints must not give orders there, so that those marks are shown with a space in them. In JSON the same value is spelled with an escape.
 */
export function neutralizeCiCommands(text: string, environment: NodeJS.ProcessEnv, format?: OutputFormat): string {
  if (!obeysOutput(environment)) return text
  if (format === 'json' || format === 'ndjson') return text.replace(HASHES, '\\u0023#$1[')
  return text.replace(COLONS, '$1: :').replace(HASHES, '## $1[')
}

/** `::` is obeyed at the beginning of a line, also behind blanks and colours; `##[` anywhere in it. */
const COLONS = /^((?:[^\S\r\n]|[\r\u0085\ufeff]|\x1b\[[0-9;:]*m)*)::/gm
const HASHES = /##(vso|teamcity|)\[/gi

export function obeysOutput({GITHUB_ACTIONS, TF_BUILD, TEAMCITY_VERSION}: NodeJS.ProcessEnv): boolean {
  return GITHUB_ACTIONS === 'true' || TF_BUILD !== undefined || TEAMCITY_VERSION !== undefined
}
