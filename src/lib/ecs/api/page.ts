import {AssistError} from '../../core/errors.ts'
import {PAGING} from '../../protocol/ecs/parameters/paging.ts'

export interface PageRequest {
  MaxResults: number
  NextToken: string | undefined
}

export interface Page<Item> {
  items: Item[]
  nextToken: string
}

export interface Listed<Item> {
  items: Item[]
  /** True when there are more than were asked for. */
  hasMore: boolean
}

/** Reads page after page until `limit` items are there. A page may be short, even empty, without being the last. */
export async function collectPages<Item>(
  fetchPage: (page: PageRequest) => Promise<Page<Item>>,
  limit: number,
  pageSize: number = PAGING.maxResults.max,
): Promise<Listed<Item>> {
  const items: Item[] = []
  let nextToken: string | undefined
  for (;;) {
    const page = await fetchPage({
      MaxResults: Math.min(pageSize, Math.max(1, limit - items.length)),
      NextToken: nextToken,
    })
    items.push(...page.items)
    if (page.nextToken === '') return {items: items.slice(0, limit), hasMore: items.length > limit}
    if (items.length >= limit) return {items: items.slice(0, limit), hasMore: true}
    if (page.nextToken === nextToken) throw new AssistError('refused', 'the service answered with the same page twice')
    nextToken = page.nextToken
  }
}

/** `{env: 'prod'}` as the API takes it; undefined when there are none. */
export function tagParameters(
  tags: Readonly<Record<string, string>> | undefined,
): Array<{Key: string; Value: string}> | undefined {
  const entries = Object.entries(tags ?? {})
  return entries.length === 0 ? undefined : entries.map(([Key, Value]) => ({Key, Value}))
}
