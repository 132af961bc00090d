import {parseCount} from './check-fields.ts'
import {parseTags} from './pairs.ts'

const MOST_ENTRIES = 100_000

export function parseLimit(text: string): number {
  return parseCount(text, '--limit', {min: 1, max: MOST_ENTRIES}) ?? MOST_ENTRIES
}

export interface GroupFlags {
  'resource-group'?: string | undefined
  tag?: readonly string[] | undefined
}

/** Filters that almost every list has. */
export function parseGroup(flags: GroupFlags): {
  resourceGroupId: string | undefined
  tags: Record<string, string> | undefined
} {
  return {resourceGroupId: flags['resource-group'], tags: parseTags(flags.tag)}
}
