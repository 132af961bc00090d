import {describe, expect, it} from 'vitest'
import {checkEndpoint, checkKey, checkRegion} from '../../../../src/lib/cli/profiles/check-answer.ts'

describe('an answer in the interview', () => {
  it.each([
    {name: 'a key', check: checkKey(false), answer: 'LTAI5tExample'},
    {name: 'nothing where a key is stored', check: checkKey(true), answer: ''},
    {name: 'a region', check: checkRegion, answer: 'cn-hangzhou'},
    {name: 'no region', check: checkRegion, answer: ''},
    {name: 'an address', check: checkEndpoint(false), answer: 'https://plane.example:8443'},
    {name: 'no address', check: checkEndpoint(false), answer: ''},
  ])('may be $name', ({check, answer}) => {
    expect(check(answer)).toBeUndefined()
  })

  it.each([
    {name: 'no key', check: checkKey(false), answer: '', says: 'cannot be empty'},
    {name: 'a key with a space', check: checkKey(true), answer: 'a CANARY', says: 'no key has'},
    {name: 'a sentence for a region', check: checkRegion, answer: 'somewhere in China', says: 'cn-hangzhou'},
    {
      name: 'an address with a password',
      check: checkEndpoint(false),
      answer: 'https://me:CANARY@x',
      says: 'no user name',
    },
    {name: 'plain http elsewhere', check: checkEndpoint(false), answer: 'http://10.0.0.1', says: 'unprotected'},
  ])('is asked for again when it is $name, and never quoted', ({check, answer, says}) => {
    expect(check(answer)).toContain(says)
    expect(check(answer)).not.toContain('CANARY')
  })
})
