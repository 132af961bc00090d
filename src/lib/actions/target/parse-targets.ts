import {readFileSync} from 'node:fs'
import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {whyNot} from '../../core/system-reason.ts'
import {parseTags} from '../fields/pairs.ts'

/** Which instances are meant. */
export type Selector =
  | {kind: 'ids'; instanceIds: string[]}
  | {
      kind: 'match'
      name: string | undefined
      tags: Record<string, string> | undefined
      resourceGroupId: string | undefined
    }
  | {kind: 'online'}
  /** Nothing was said: the instance on this machine, if the profile has one. */
  | {kind: 'here'}

export interface TargetFlags {
  instance?: readonly string[] | undefined
  tag?: readonly string[] | undefined
  name?: string | undefined
  'resource-group'?: string | undefined
  all?: boolean | undefined
}

export interface TargetDeps {
  readInput(limitBytes: number): Promise<Uint8Array>
}

export async function parseTargets(deps: TargetDeps, flags: TargetFlags): Promise<Selector> {
  const isMatch = flags.tag !== undefined || flags.name !== undefined || flags['resource-group'] !== undefined
  const ways = [
    ...(flags.instance ? ['--instance'] : []),
    ...(isMatch ? ['--tag, --name or --resource-group'] : []),
    ...(flags.all ? ['--all'] : []),
  ]
  if (ways.length > 1) throw new AssistError('usage', `targets must be chosen in one way; given: ${ways.join(' and ')}`)
  if (flags.instance) return {kind: 'ids', instanceIds: await parseInstanceIds(deps, flags.instance)}
  if (flags.all) return {kind: 'online'}
  if (!isMatch) return {kind: 'here'}
  return {kind: 'match', name: flags.name, tags: parseTags(flags.tag), resourceGroupId: flags['resource-group']}
}

/** Longest list of ids read from a file or standard input. */
const MAX_LIST_BYTES = 8 * 1024 * 1024

/** Ids or names, comma lists of them, `@file` and `-`; each counts once. In files, blanks and commas separate and `#` begins a comment. */
export async function parseInstanceIds(deps: TargetDeps, texts: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(texts.map((text) => readIds(deps, text)))
  const ids = lists.flat()
  if (ids.length === 0) throw new AssistError('usage', '--instance names no instance')
  return [...new Set(ids)]
}

async function readIds(deps: TargetDeps, text: string): Promise<string[]> {
  if (text === '-') return idsOf(Buffer.from(await deps.readInput(MAX_LIST_BYTES)).toString(), 'standard input')
  if (text.startsWith('@')) return idsOf(readList(text.slice(1)), text)
  return text.split(',').map((id) => checkInstanceId(id, '--instance'))
}

function idsOf(text: string, from: string): string[] {
  const words = text.split(/\r?\n/).flatMap((line) => line.replace(/#.*$/, '').split(/[\s,]+/))
  return words.filter((word) => word !== '').map((id) => checkInstanceId(id, `--instance ${from}`))
}

function readList(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new AssistError('usage', `--instance: the file ${quote(path)} cannot be read: ${whyNot(cause)}`, {cause})
  }
}

/** Old instance ids begin with anything, so only the characters are checked. */
export function checkInstanceId(id: string, flag: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(id)) {
    throw new AssistError(
      'usage',
      `${flag} must be an instance id such as i-bp1abc, without blanks; given: ${quote(id)}`,
      {
        hint: 'To choose by name, use --name.',
      },
    )
  }
  return id
}
