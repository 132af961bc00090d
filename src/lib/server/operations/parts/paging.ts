import {Fault} from '../../../protocol/ecs/faults.ts'
import type {Fields} from '../../../protocol/ecs/fields.ts'
import {LIMITS} from '../../../protocol/ecs/limits.ts'
import {type Key, NUMBERED_ROWS, type Page, type PageRequest} from '../../store/pages.ts'
import {type Call, requestHash} from '../operation.ts'
import {filter, parseInteger} from './fields.ts'

const NAMES = ['MaxResults', 'NextToken', 'PageNumber', 'PageSize']
const TOKEN_KEPT_MS = 24 * 3_600_000
const LARGEST_NUMBER = 2 ** 31 - 1

/** What a request may say about paging. Read by `pageRequest`, because token paging makes the other two ignored. */
export function pagingFields() {
  return {
    MaxResults: filter('MaxResults'),
    NextToken: filter('NextToken'),
    PageNumber: filter('PageNumber'),
    PageSize: filter('PageSize'),
  }
}

export interface PagingInput {
  MaxResults: string | undefined
  NextToken: string | undefined
  PageNumber: string | undefined
  PageSize: string | undefined
}

/** `clampFrom`: sizes out of range are brought into it, as DescribeInstances does. */
export function pageRequest(
  call: Call,
  input: PagingInput,
  sizes: {max: number; clampFrom?: number} = {max: LIMITS.pageSize},
): PageRequest {
  if (input.MaxResults !== undefined || input.NextToken !== undefined) {
    const size = pageSize('MaxResults', 'InvalidParameter.MaxResults', input.MaxResults, sizes)
    return {style: 'token', size, after: input.NextToken === undefined ? undefined : openToken(call, input.NextToken)}
  }
  const code = 'InvalidParam.PageNumber'
  const number = parseInteger('PageNumber', input.PageNumber ?? '1', {
    min: 1,
    max: LARGEST_NUMBER,
    code,
    malformed: code,
  })
  return {style: 'number', number, size: pageSize('PageSize', 'InvalidParam.PageSize', input.PageSize, sizes)}
}

function pageSize(
  name: string,
  code: 'InvalidParameter.MaxResults' | 'InvalidParam.PageSize',
  value: string | undefined,
  {max, clampFrom}: {max: number; clampFrom?: number},
): number {
  const given = value ?? String(LIMITS.pageSizeDefault)
  if (clampFrom === undefined) return parseInteger(name, given, {min: 1, max, code, malformed: code})
  const size = parseInteger(name, given, {min: -LARGEST_NUMBER, max: LARGEST_NUMBER, code, malformed: code})
  return Math.max(name === 'MaxResults' ? clampFrom : 1, Math.min(max, size))
}

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
  try {
    const sealed = Buffer.from(token, 'base64url').toString('base64')
    const {at, id, list, madeAtMs} = JSON.parse(call.deps.secrets.open(sealed)) as Record<string, unknown>
    const isFresh = typeof madeAtMs === 'number' && call.nowMs - madeAtMs <= TOKEN_KEPT_MS
    if (isFresh && list === listOf(call) && typeof at === 'number' && typeof id === 'string') return {at, id}
  } catch {
    // Whatever is wrong with it, the answer is the same.
  }
  throw new Fault(
    'InvalidParameter.NextToken',
    'NextToken is not one of this list, was altered or is older than 24 hours. Start again without it, and keep the filters.',
  )
}

function listOf(call: Call): string {
  return `${call.accountId} ${call.regionId} ${requestHash(call, NAMES)}`
}
