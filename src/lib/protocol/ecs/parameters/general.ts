import type {ParameterTable} from './rules.ts'

/** What calls of every kind take. */
export const GENERAL = {
  clientToken: {
    name: 'ClientToken',
    pattern: {is: /^[\x21-\x7e]{1,64}$/, code: 'InvalidClientToken.Malformed', say: '1 to 64 visible ASCII characters'},
  },
  resourceGroupId: {
    name: 'ResourceGroupId',
    pattern: {is: /^[\w.-]{1,64}$/, code: 'InvalidParameter.ResourceGroupId', say: 'an id such as rg-123'},
  },
} as const satisfies ParameterTable

/** Of a client token, for who makes one token out of another. */
export const CLIENT_TOKEN_CHARACTERS = 64
