import type {ParameterTable} from './rules.ts'

/** Pages by token, or by number. */
export const PAGING = {
  maxResults: {
    name: 'MaxResults',
    min: 1,
    max: 50,
    default: 10,
    code: 'InvalidParameter.MaxResults',
    malformed: 'InvalidParameter.MaxResults',
  },
  nextToken: {name: 'NextToken'},
  pageNumber: {
    name: 'PageNumber',
    min: 1,
    max: 2 ** 31 - 1,
    default: 1,
    code: 'InvalidParam.PageNumber',
    malformed: 'InvalidParam.PageNumber',
  },
  pageSize: {
    name: 'PageSize',
    min: 1,
    max: 50,
    default: 10,
    code: 'InvalidParam.PageSize',
    malformed: 'InvalidParam.PageSize',
  },
} as const satisfies ParameterTable

/** DescribeInstances has larger pages, and brings sizes out of range into it; by token none is smaller than `leastByToken`. */
export const LARGE_PAGES = {max: 100, leastByToken: 10} as const
