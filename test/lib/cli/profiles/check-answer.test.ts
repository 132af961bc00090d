import {describe, expect, it} from 'vitest'
import {
  checkEndpoint,
  checkKey,
  checkKeyId,
  checkOneOf,
  checkRegion,
  checkRoleArn,
  checkUri,
} from '../../../../src/lib/cli/profiles/check-answer.ts'

const cloud = () => checkRegion({isCloud: true, mayBeEmpty: false})
const own = () => checkRegion({isCloud: false, mayBeEmpty: false})

describe('an answer in the interview', () => {
  it.each([
    {name: 'a key', check: checkKey(false), answer: 'k'},
    {name: 'nothing where a key is stored', check: checkKey(true), answer: ''},
    {name: 'a key id', check: checkKeyId(false), answer: 'LTAI5tExample'},
    {name: 'a temporary key id', check: checkKeyId(false), answer: 'STS.NUgYrLnoC37mZZCNnAbez'},
    {name: 'nothing where a key id is stored', check: checkKeyId(true), answer: ''},
    {name: 'a region', check: cloud(), answer: 'cn-hangzhou'},
    {name: 'any region of one’s own', check: own(), answer: 'basement'},
    {name: 'no region on an instance', check: checkRegion({isCloud: true, mayBeEmpty: true}), answer: ''},
    {name: 'an address', check: checkEndpoint(false), answer: 'https://plane.example:8443'},
    {name: 'no address', check: checkEndpoint(false), answer: ''},
    {name: 'a role', check: checkRoleArn, answer: 'acs:ram::1234567890123456:role/ops'},
    {name: 'an address of keys', check: checkUri, answer: 'http://127.0.0.1:7070/keys'},
    {name: 'another profile', check: checkOneOf(['base']), answer: 'base'},
  ])('may be $name', ({check, answer}) => {
    expect(check(answer)).toBeUndefined()
  })

  it.each([
    {name: 'no key', check: checkKey(false), answer: '', says: 'cannot be empty'},
    {name: 'a key with a space', check: checkKey(true), answer: 'a CANARY', says: 'no key has'},
    {name: 'no key id', check: checkKeyId(false), answer: '', says: 'cannot be empty'},
    {name: 'a word for a key id', check: checkKeyId(false), answer: 'hello', says: 'has only 5 characters'},
    {
      name: 'an address for a key id',
      check: checkKeyId(false),
      answer: 'me@CANARY.example',
      says: 'is no access key id',
    },
    {name: 'a sentence for a region', check: cloud(), answer: 'somewhere in China', says: 'cn-hangzhou'},
    {name: 'a region in capitals', check: own(), answer: 'CN-Hangzhou', says: 'cn-hangzhou'},
    {name: 'no region', check: cloud(), answer: '', says: 'cannot be empty'},
    {name: 'no region of one’s own', check: own(), answer: '', says: 'cannot be empty'},
    {name: 'a question for regions', check: cloud(), answer: '?', says: 'cn-hangzhou, cn-shanghai'},
    {name: 'a misspelt region', check: cloud(), answer: 'cn-hangzou', says: 'did you mean cn-hangzhou?'},
    {
      name: 'an address with a password',
      check: checkEndpoint(false),
      answer: 'https://me:CANARY@x',
      says: 'no user name',
    },
    {name: 'plain http elsewhere', check: checkEndpoint(false), answer: 'http://10.0.0.1', says: 'unprotected'},
    {name: 'a name for a role', check: checkRoleArn, answer: 'ops', says: 'acs:ram::'},
    {name: 'a path for an address of keys', check: checkUri, answer: '/keys', says: 'http://'},
    {name: 'a profile that is not there', check: checkOneOf(['base', 'team']), answer: 'bse', says: 'base, team'},
  ])('is asked for again when it is $name, and never quoted', ({check, answer, says}) => {
    const said = check(answer)
    expect(said).toContain(says)
    expect(said).not.toContain('CANARY')
  })

  it('may be a region that came later, when it is meant', () => {
    const check = cloud()
    expect(check('ap-south-9')).toContain('Enter takes it all the same')
    expect(check('ap-south-9')).toBeUndefined()
    expect(check('ap-south-8')).toContain('Not a region that is known here')
  })

  it('lists regions in lines that fit', () => {
    for (const line of cloud()('?')?.split('\n') ?? []) expect(line.length).toBeLessThan(78)
  })
})
