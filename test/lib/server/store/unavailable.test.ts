import {describe, expect, it} from 'vitest'
import {whyUnavailable} from '../../../../src/lib/server/store/unavailable.ts'

function failing(code: string): Error {
  return Object.assign(new Error('x'), {code})
}

describe('whyUnavailable', () => {
  it.each([
    ['SQLITE_FULL', /disk .* full/],
    ['ENOSPC', /disk .* full/],
    ['SQLITE_READONLY_DBMOVED', /read only/],
    ['EMFILE', /too many files/],
    ['SQLITE_CANTOPEN', /too many files/],
    ['SQLITE_IOERR_FSYNC', /disk .* fails/],
    ['SQLITE_BUSY', /busy/],
    ['53200', /busy/],
  ])('says what %s means', (code, says) => {
    expect(whyUnavailable(failing(code))).toMatch(says)
  })

  it.each(['ECONNRESET', 'ETIMEDOUT', 'ECONNREFUSED', 'ABORT_ERR', 'SQLITE_CONSTRAINT'])(
    'takes %s for no trouble of the store',
    (code) => {
      expect(whyUnavailable(failing(code))).toBeUndefined()
    },
  )

  it('passes over what has no code', () => {
    expect(whyUnavailable(new Error('x'))).toBeUndefined()
  })
})
