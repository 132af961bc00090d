import {describe, expect, it} from 'vitest'
import {redact} from '../../../src/lib/core/redact.ts'

const SECRET = 'canary/7f3+Q=='

describe('redact', () => {
  it.each([
    {name: 'as it is', text: `key ${SECRET} end`},
    {name: 'in Base64', text: `key ${Buffer.from(SECRET).toString('base64')} end`},
    {name: 'percent-encoded', text: `key ${encodeURIComponent(SECRET)} end`},
  ])('hides a known secret $name', ({text}) => {
    expect(redact(text, [SECRET])).toBe('key *** end')
  })

  it.each([
    {name: 'a query', text: 'Action=x&Signature=abc%3D&Format=JSON', safe: 'Action=x&Signature=***&Format=JSON'},
    {name: 'JSON', text: '{"AccessKeySecret":"s3cr\\"et","b":1}', safe: '{"AccessKeySecret":***,"b":1}'},
    {name: 'a header', text: 'x-acs-signature: aGVsbG8=', safe: 'x-acs-signature: ***'},
    {name: 'JSON of a script', text: '{"Output": "eA==","Content":"x"}', safe: '{"Output": ***,"Content":***}'},
    {name: 'a script parameter', text: 'CommandContent=ZWNobw&Type=a', safe: 'CommandContent=***&Type=a'},
  ])('hides the value behind a telling name in $name', ({text, safe}) => {
    expect(redact(text)).toBe(safe)
  })

  it.each([
    'Expected --output=foo to be one of: table, text',
    'RunCommand: MissingParameter.CommandContent: The parameter CommandContent is missing.',
    'InvalidParameter.Password: too short',
    'Parameters: 3 are given, 2 are known',
    'Output: nothing',
  ])('leaves words alone: %s', (line) => {
    expect(redact(line)).toBe(line)
  })

  it('hides a private key, also one that was cut off', () => {
    expect(redact('-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- x')).toBe('*** x')
    expect(redact('a -----BEGIN PRIVATE KEY-----\nMIIE')).toBe('a ***')
  })

  it('does not blank out text that only resembles a very short secret', () => {
    expect(redact('a cat', ['a'])).toBe('a cat')
  })
})
