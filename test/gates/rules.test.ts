import {describe, expect, it} from 'vitest'
// @ts-expect-error: plain JavaScript
import {installScriptComplaints, licenceComplaints, secretComplaints} from '../../gates/rules.js'

describe('the gates', () => {
  it.each([
    {
      name: 'a licence that does not fit',
      about: {license: 'SSPL-1.0'},
      says: ['a: the licence SSPL-1.0 is not on the list'],
    },
    {name: 'no licence', about: {}, says: ['a: the licence none is not on the list']},
    {
      name: 'data of a tool in what is shipped',
      about: {license: 'CC-BY-3.0'},
      says: [expect.stringContaining('CC-BY')],
    },
    {name: 'a choice of which one fits', about: {license: '(WTFPL OR MIT)'}, says: []},
  ])('judge $name', ({about, says}) => {
    expect(licenceComplaints({'': {}, 'node_modules/b/node_modules/a': about})).toEqual(says)
  })

  it('let nobody run scripts at installation who is not on the list', () => {
    const packages = {
      'node_modules/esbuild': {hasInstallScript: true, dev: true},
      'node_modules/other': {hasInstallScript: true},
    }
    expect(installScriptComplaints(packages)).toEqual(['other: runs a script when it is installed'])
  })

  it.each([
    {name: 'an access key id', text: `a\nb ${'LTAI'}5tAbcDefGhiJklMno`},
    {name: 'a private key', text: `x\n-----BEGIN ${'PRIVATE'} KEY-----\n${'Ab9+'.repeat(80)}`},
    {name: 'a token', text: `1\n${'gh'}p_${'a1'.repeat(18)}`},
  ])('find $name and do not show it', ({name, text}) => {
    expect(secretComplaints('some/file', text)).toEqual([`some/file:2: this looks like ${name}`])
  })

  it('pass examples by', () => {
    expect(secretComplaints('some/file', 'LTAI5tExampleExample -----BEGIN PRIVATE KEY-----\nAAAA')).toEqual([])
  })
})
