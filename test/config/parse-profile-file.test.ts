import {describe, expect, it} from 'vitest'
import {parseProfileFile} from '../../src/config/parse-profile-file.ts'
import {AssistError} from '../../src/lib/core/errors.ts'

const file = '/home/me/config.json'

function refusal(text: string): AssistError {
  try {
    parseProfileFile(text, file)
  } catch (error) {
    if (error instanceof AssistError) return error
    throw error
  }
  throw new Error('was not refused')
}

describe('parseProfileFile', () => {
  it('reads profiles of every type of field', () => {
    const profile = {
      mode: 'External',
      processCommand: ['a', 'b'],
      insecureHttp: true,
      expiredSeconds: 900,
      regionId: '汉"\\u',
    }
    const text = JSON.stringify({current: 'x', profiles: {x: profile}}, null, 2)
    expect(parseProfileFile(text, file)).toEqual({current: 'x', profiles: {x: profile}})
    expect(parseProfileFile('{}', file)).toEqual({current: undefined, profiles: {}})
  })

  it.each([
    {name: 'nothing', text: '', says: `${file}:1:1: this is not JSON: it is empty`},
    {name: 'half of it', text: '{\n"profiles": {\n"a": {"mode": "AK"', says: `${file}:3:`},
    {name: 'no JSON', text: 'CANARY=1', says: `${file}:1:1: this is not JSON: a value is expected`},
    {name: 'a secret without its quote', text: '{"profiles":{"a":{"accessKeySecret":"CANARY}}}', says: 'not closed'},
    {name: 'a list', text: '[]', says: 'an object in braces is expected'},
    {name: 'two of it', text: '{}{}', says: 'something after the end'},
    {name: 'an unknown key at the top', text: '{\n"porfiles": {}}', says: `${file}:2: unknown key "porfiles"`},
    {
      name: 'an unknown key of a profile',
      text: '{"profiles": {\n"a": {\n"acessKeyId": "CANARY"}}}',
      says: `${file}:3: profile "a": unknown key "acessKeyId"`,
    },
    {
      name: 'a wrong type',
      text: '{"profiles": {"a": {\n"accessKeySecret": 12345678}}}',
      says: `${file}:2: profile "a": "accessKeySecret" must be a text`,
    },
    {
      name: 'the same key twice',
      text: '{"profiles": {"a": {"mode": "AK",\n"mode": "AK"}}}',
      says: ':2:1: this is not JSON: a key is given twice',
    },
    {name: 'a NUL', text: '{"profiles": {"a\u0000": {}}}', says: 'control character'},
    {name: 'a wrong mode', text: '{"profiles": {"a": {"mode": "ak47"}}}', says: '"mode" must be one of AK'},
    {name: 'a local of its own', text: '{"profiles": {"local": {}}}', says: '"local" is built in'},
    {name: 'a name with spaces', text: '{"profiles": {"a b": {}}}', says: 'no name for a profile'},
    {name: 'deep nesting', text: '['.repeat(100), says: 'nested too deeply'},
    {name: 'prototypes', text: '{"profiles": {"__proto__": {"x": 1}}}', says: 'no name for a profile'},
  ])('refuses $name with file and line, and shows no value', ({text, says}) => {
    const error = refusal(text)
    expect(error.code).toBe('config')
    expect(error.message).toContain(says)
    expect(`${error.message} ${error.hint}`).not.toContain('CANARY')
  })

  it('agrees with JSON.parse on what is JSON', () => {
    const texts = ['1e5', '-0', '01', '1.', 'nul', '"\\x"', '"\\u12"', '{"a":1,}', '[1,]', '{a:1}', "{'a':1}", '[1 2]']
    for (const text of texts) {
      const wrapped = `{"profiles": ${text}}`
      const isJson = ((): boolean => {
        try {
          JSON.parse(wrapped)
          return true
        } catch {
          return false
        }
      })()
      expect([text, refusal(wrapped).message.includes('not JSON')]).toEqual([text, !isJson])
    }
  })
})
