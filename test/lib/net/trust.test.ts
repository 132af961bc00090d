import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {readAuthority} from '../../../src/lib/net/trust.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const CERTIFICATE = join(import.meta.dirname, '../../fixtures/tls/cert.pem')

describe('readAuthority', () => {
  it('takes the certificates of a file and nothing else of it', () => {
    expect(readAuthority(CERTIFICATE)).toMatch(/^-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n$/)
  })

  it.each([
    {name: 'a key', text: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'},
    {name: 'a torn certificate', text: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'},
    {name: 'nothing', text: ''},
  ])('refuses $name', ({text}) => {
    const file = join(tempFolder(), 'ca.pem')
    writeFileSync(file, text)
    expect(() => readAuthority(file)).toThrow(expect.objectContaining({code: 'config'}))
  })

  it('names a file that is not there', () => {
    expect(() => readAuthority('/nowhere.pem')).toThrow('The CA file /nowhere.pem cannot be read: it does not exist.')
  })
})
