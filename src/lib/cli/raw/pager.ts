import {AssistError} from '../../core/errors.ts'
import type {EcsAnswer} from '../../ecs/client.ts'
import {PAGING} from '../../protocol/ecs/parameters/paging.ts'

export type CallPage = (parameters: Readonly<Record<string, string>>) => Promise<EcsAnswer>

const MOST_PAGES = 1000

/**
 * All pages in one answer: the first page with its list grown by those of the others. By NextToken where the first answer has one, otherwise
 * (an empty one is none) by PageNumber until TotalCount is reached. `options` are those of the official CLI's --pager.
 */
export async function callAllPages(
  call: CallPage,
  parameters: Readonly<Record<string, string>>,
  options: Readonly<Record<string, string>>,
): Promise<EcsAnswer> {
  const names = {
    next: options['NextToken'] ?? 'NextToken',
    page: options['PageNumber'] ?? 'PageNumber',
    size: options['PageSize'] ?? 'PageSize',
    total: options['TotalCount'] ?? 'TotalCount',
  }
  const first = await call(parameters)
  const path = options['path'] ? options['path'].replace(/\[\]$/, '').split('.') : pathOfList(first)
  const list = path && listAt(first, path)
  if (!list) return first
  const isByToken = Boolean(textAt(first, names.next))
  let last = first
  let page = Number(parameters[names.page] ?? 1)
  for (let pages = 1; ; pages++) {
    if (pages > MOST_PAGES) throw new AssistError('refused', `more than ${MOST_PAGES} pages; narrow the request`)
    const token = textAt(last, names.next)
    if (isByToken && token) last = await call({...parameters, [names.next]: token})
    else if (!isByToken && isMore(first, list, names.total)) {
      page += 1
      last = await call({
        ...parameters,
        [names.page]: String(page),
        [names.size]: parameters[names.size] ?? String(sizeOf(first, names.size)),
      })
    } else return withoutToken(first, names.next)
    const more = listAt(last, path) ?? []
    if (more.length === 0 || (token && textAt(last, names.next) === token)) return withoutToken(first, names.next)
    list.push(...more)
  }
}

function isMore(first: EcsAnswer, list: readonly unknown[], totalName: string): boolean {
  const total = first[totalName]
  return typeof total === 'number' && list.length < total
}

function sizeOf(first: EcsAnswer, name: string): number {
  const size = first[name]
  return typeof size === 'number' && size > 0 ? size : PAGING.pageSize.max
}

/** The first list in the answer, looked for in breadth: `Commands.Command`, `Instances`. */
export function pathOfList(answer: EcsAnswer): string[] | undefined {
  const queue: Array<{path: string[]; value: unknown}> = [{path: [], value: answer}]
  for (let item = queue.shift(); item; item = queue.shift()) {
    if (Array.isArray(item.value)) return item.path
    if (typeof item.value !== 'object' || item.value === null) continue
    for (const [key, value] of Object.entries(item.value)) queue.push({path: [...item.path, key], value})
  }
  return undefined
}

export function listAt(answer: EcsAnswer, path: readonly string[]): unknown[] | undefined {
  const found = path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], answer)
  return Array.isArray(found) ? found : undefined
}

function textAt(answer: EcsAnswer, name: string): string | undefined {
  return holderOf(answer, name)?.[name] as string | undefined
}

/** The token stands at the top, or beside the list. */
function holderOf(answer: EcsAnswer, name: string): EcsAnswer | undefined {
  return [answer, ...Object.values(answer)].find(
    (value) => typeof value === 'object' && value !== null && typeof (value as EcsAnswer)[name] === 'string',
  ) as EcsAnswer | undefined
}

/** All is there, so nobody should go on from the middle. */
function withoutToken(answer: EcsAnswer, name: string): EcsAnswer {
  const holder = holderOf(answer, name)
  if (holder) holder[name] = ''
  return answer
}
