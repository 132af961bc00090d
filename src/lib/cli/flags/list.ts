import {Flags} from '@oclif/core'

/** Filters that almost every list has. */
export const groupFilterFlags = {
  'resource-group': Flags.string({description: 'Only of this resource group.', helpGroup: 'FILTER', helpValue: 'ID'}),
  tag: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'Only with this tag; several must all match.',
    helpGroup: 'FILTER',
    helpValue: 'KEY=VALUE',
  }),
}

/** How much of a list. */
export const listFlags = {
  limit: Flags.string({
    default: '1000',
    description: 'Most entries to fetch, page by page.',
    helpGroup: 'LIST',
    helpValue: 'N',
  }),
}
