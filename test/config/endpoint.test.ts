import {describe, expect, it} from 'vitest'
import {parseEndpoint} from '../../src/config/endpoint.ts'
import {AssistError} from '../../src/lib/core/errors.ts'

const parse = (text: string, insecureHttp = false): string => parseEndpoint(text, {source: '--endpoint', insecureHttp})

describe('parseEndpoint', () => {
  it.each([
    ['ecs.cn-hangzhou.aliyuncs.com', 'https://ecs.cn-hangzhou.aliyuncs.com'],
    ['https://plane.example/', 'https://plane.example'],
    ['plane.example:8443', 'https://plane.example:8443'],
    ['127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['localhost:8080', 'http://localhost:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['https://localhost:8443', 'https://localhost:8443'],
  ])('reads %s', (text, url) => {
    expect(parse(text)).toBe(url)
  })

  it.each(['::1', '2001:db8::5', 'http://fe80::1'])('says how an IPv6 address such as %s is written', (text) => {
    let error: unknown
    try {
      parse(text)
    } catch (thrown) {
      error = thrown
    }
    expect((error as AssistError).hint).toContain('stands in brackets')
  })

  it('lets http to another machine pass only when the profile says so', () => {
    expect(() => parse('http://10.0.0.5:8080')).toThrow(/http to 10\.0\.0\.5/)
    expect(parse('http://10.0.0.5:8080', true)).toBe('http://10.0.0.5:8080')
  })

  it.each([
    'https://user:CANARY@host',
    'user:CANARY@host',
    'https://host/CANARY',
    'https://host?CANARY=1',
    'https://host#CANARY',
    'https://host:0',
    'https://host:99999',
    'https://ho st',
    'https://host\\CANARY',
    'ftp://host',
    'https://host\n.example',
    '',
  ])('refuses %j without repeating it', (text) => {
    let error: unknown
    try {
      parse(text)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(AssistError)
    expect((error as AssistError).code).toBe('config')
    expect((error as AssistError).message).not.toContain('CANARY')
  })
})
