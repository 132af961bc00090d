import {type Json, parseRecord} from '../../../core/json.ts'
import {Fault} from '../../../protocol/ecs/faults.ts'
import type {Fields} from '../../../protocol/ecs/fields.ts'
import {LIMITS} from '../../../protocol/ecs/limits.ts'
import {type LARGE_PAGES, PAGING} from '../../../protocol/ecs/parameters/paging.ts'
import {type Key, NUMBERED_ROWS, type Page, type PageRequest} from '../../store/pages.ts'
import {type Call, requestHash} from '../operation.ts'
import {filter, parseInteger} from './fields.ts'

const NAMES = Object.values(PAGING).map(({name}) => name)
const TOKEN_KEPT_MS = LIMITS.nextTokenHours * 3_600_000

/** What a request may say about paging. Read by `pageRequest`, because token paging makes the other two ignored. */
export function pagingFields() {
  return {
    MaxResults: filter(PAGING.maxResults.name),
    NextToken: filter(PAGING.nextToken.name),
    PageNumber: filter(PAGING.pageNumber.name),
    PageSize: filter(PAGING.pageSize.name),
  }
}

export interface PagingInput {
  MaxResults: string | undefined
  NextToken: string | undefined
  PageNumber: string | undefined
  PageSize: string | undefined
}

/** `large`: sizes out of range are brought into it, as DescribeInstances does. */
export function pageRequest(call: Call, input: PagingInput, large?: typeof LARGE_PAGES): PageRequest {
  const {MaxResults, NextToken, PageNumber, PageSize} = input
  if (MaxResults !== undefined || NextToken !== undefined) {
    const size = pageSize(PAGING.maxResults, MaxResults, large && {min: large.leastByToken, max: large.max})
    return {style: 'token', size, after: NextToken === undefined ? undefined : openToken(call, NextToken)}
  }
  const number = parseInteger(PAGING.pageNumber, PageNumber ?? String(PAGING.pageNumber.default))
  return {style: 'number', number, size: pageSize(PAGING.pageSize, PageSize, large && {min: 1, max: large.max})}
}

function pageSize(
  parameter: typeof PAGING.maxResults | typeof PAGING.pageSize,
  given: string | undefined,
  clamp: {min: number; max: number} | undefined,
): number {
  const text = given ?? String(parameter.default)
  if (clamp === undefined) return parseInteger(parameter, text)
  const size = parseInteger({...parameter, min: -ANY_NUMBER, max: ANY_NUMBER}, text)
  return Math.max(clamp.min, Math.min(clamp.max, size))
}

const ANY_NUMBER = 2 ** 31 - 1

/**
 * The paging fields of an answer. All are there in both styles, since callers page by what they find. By token the total counts this
 * page only, as the documentation warns: counting all would cost more than the page.
 */
export function pageFields(call: Call, request: PageRequest, page: Page): Fields {
  const next = request.style === 'token' ? page.next : nextOfNumbered(request, page)
  return {
    NextToken: next === undefined ? '' : sealToken(call, next),
    PageNumber: request.style === 'token' ? 1 : request.number,
    PageSize: request.size,
    TotalCount: request.style === 'token' ? page.keys.length : (page.total ?? 0),
  }
}

/** Where the list goes on after a numbered page, for who goes on by token. */
function nextOfNumbered({number, size}: PageRequest & {style: 'number'}, {keys, total = 0}: Page): Key | undefined {
  const mayFollow = number * size < total || total >= NUMBERED_ROWS
  return mayFollow && keys.length === size ? keys.at(-1) : undefined
}

/**
 * Sealed, so that it can be neither read nor altered, and bound to the account, the region, the action and the filters: with
 * others it would point into a different list.
 */
function sealToken(call: Call, {at, id}: Key): string {
  const sealed = call.deps.secrets.seal(JSON.stringify({at, id, list: listOf(call), madeAtMs: call.nowMs}))
  return Buffer.from(sealed, 'base64').toString('base64url')
}

function openToken(call: Call, token: string): Key {
  const {at, id, list, madeAtMs} = unseal(call, token)
  const isFresh = typeof madeAtMs === 'number' && call.nowMs - madeAtMs <= TOKEN_KEPT_MS
  if (isFresh && list === listOf(call) && typeof at === 'number' && typeof id === 'string') return {at, id}
  throw new Fault(
    'InvalidParameter.NextToken',
    `NextToken is not one of this list, was altered or is older than ${LIMITS.nextTokenHours} hours. Start again without it, and keep the filters.`,
  )
}

/** Empty for what we have not sealed. */
function unseal(call: Call, token: string): Json {
  try {
    return parseRecord(call.deps.secrets.open(Buffer.from(token, 'base64url').toString('base64'))) ?? {}
  } catch {
    return {}
  }
}

function listOf(call: Call): string {
  return `${call.accountId} ${call.regionId} ${requestHash(call, NAMES)}`
}
