import {describe, expect, it} from 'vitest'
import {chooseAgentProxy, chooseProxy} from '../../../src/lib/net/choose-proxy.ts'

describe('chooseProxy', () => {
  it.each([
    {name: 'none', env: {}, proxy: undefined},
    {name: 'the variable', env: {HTTPS_PROXY: 'http://p:3128'}, proxy: 'http://p:3128/'},
    {name: 'the lower case one, without scheme', env: {https_proxy: 'p:3128'}, proxy: 'http://p:3128/'},
    {
      name: 'an exception by suffix',
      env: {HTTPS_PROXY: 'http://p:1', NO_PROXY: 'x.com, .aliyuncs.com'},
      proxy: undefined,
    },
    {
      name: 'an exception for another port',
      env: {HTTPS_PROXY: 'http://p:1', NO_PROXY: 'ecs.aliyuncs.com:8443'},
      proxy: 'http://p:1/',
    },
    {name: 'no suffix of a word', env: {HTTPS_PROXY: 'http://p:1', NO_PROXY: 'uncs.com'}, proxy: 'http://p:1/'},
  ])('$name', ({env, proxy}) => {
    expect(chooseProxy(env, 'https://ecs.aliyuncs.com')).toBe(proxy)
    expect(chooseProxy(env, 'http://127.0.0.1:1')).toBeUndefined()
  })
  it.each(['http://u:p@CANARY@h:1', 'u:CANARY#x@h:1', 'https://u:CANARY?@h:1', 'http://u:CANARY/x@h:1'])(
    'says how a password such as that in %s is written',
    (value) => {
      let error: unknown
      try {
        chooseProxy({HTTPS_PROXY: value}, 'https://ecs.example')
      } catch (thrown) {
        error = thrown
      }
      expect(error).toMatchObject({code: 'config', hint: expect.stringContaining('@ as %40')})
      expect(String(error)).not.toContain('CANARY')
    },
  )

  it.each(['http://u:p%40ss@h:1', 'http://h:1', 'h:1', 'http://h:1/'])('takes %s', (value) => {
    expect(chooseProxy({HTTPS_PROXY: value}, 'https://ecs.example')).toContain('h:1')
  })

  it.each(['socks5://p:1', 'http://', '::CANARY::'])('refuses %s by the name of the variable', (value) => {
    expect(() => chooseProxy({HTTPS_PROXY: value}, 'https://h')).toThrow(/^HTTPS_PROXY is not/)
  })

  it.each([
    {url: 'https://[::1]', exceptions: '::1'},
    {url: 'https://[::1]', exceptions: '[::1]'},
    {url: 'https://[::1]', exceptions: '0:0:0:0:0:0:0:1'},
    {url: 'https://[::1]:8443', exceptions: '[::1]:8443'},
    {url: 'https://[2001:DB8::1]', exceptions: '2001:db8:0::1'},
    {url: 'https://[fd00::7]', exceptions: 'FD00::/8'},
    {url: 'https://[fd00::7]', exceptions: '[fd00::]/8'},
    {url: 'https://10.1.2.3', exceptions: '10.0.0.0/8'},
    {url: 'https://10.1.2.3', exceptions: 'example.com 10.1.2.3/32'},
    {url: 'https://ecs.aliyuncs.com', exceptions: 'ECS.Aliyuncs.COM'},
    {url: 'https://ecs.aliyuncs.com', exceptions: '.ALIYUNCS.COM'},
    {url: 'https://ecs.aliyuncs.com', exceptions: '*.aliyuncs.com'},
    {url: 'https://ecs.aliyuncs.com.', exceptions: 'ecs.aliyuncs.com'},
    {url: 'https://anything', exceptions: '*'},
  ])('goes directly to $url where NO_PROXY is $exceptions', ({url, exceptions}) => {
    expect(chooseProxy({HTTPS_PROXY: 'http://p:1', NO_PROXY: exceptions}, url)).toBeUndefined()
  })

  it.each([
    {url: 'https://[::1]:8443', exceptions: '[::1]:443'},
    {url: 'https://[::2]', exceptions: '::1'},
    {url: 'https://[::1]', exceptions: '1'},
    {url: 'https://10.1.2.3', exceptions: '10.0.0.0/16'},
    {url: 'https://10.1.2.3', exceptions: '10.0.0.0/99'},
    {url: 'https://10.1.2.3', exceptions: '.3'},
    {url: 'https://110.1.2.3', exceptions: '10.1.2.3'},
  ])('goes through the proxy to $url where NO_PROXY is $exceptions', ({url, exceptions}) => {
    expect(chooseProxy({HTTPS_PROXY: 'http://p:1', NO_PROXY: exceptions}, url)).toBe('http://p:1/')
  })
})

describe('chooseAgentProxy', () => {
  const all = {ALIYUN_ASSIST_PROXY: 'http://own:1', HTTPS_PROXY: 'http://all:1', NO_PROXY: '10.0.0.0/8'}

  it.each([
    {name: 'takes its own variable before the common one', env: all, url: 'https://h', proxy: 'http://own:1/'},
    {name: 'takes the common one', env: {...all, ALIYUN_ASSIST_PROXY: ''}, url: 'https://h', proxy: 'http://all:1/'},
    {name: 'asks no NO_PROXY about its own', env: all, url: 'https://10.0.0.1', proxy: 'http://own:1/'},
    {
      name: 'asks NO_PROXY about the common one',
      env: {...all, ALIYUN_ASSIST_PROXY: ''},
      url: 'https://10.0.0.1',
      proxy: undefined,
    },
    {name: 'goes directly to this machine', env: all, url: 'https://127.0.0.1:8443', proxy: undefined},
    {name: 'takes the kick channel along', env: all, url: 'wss://h/luban', proxy: 'http://own:1/'},
    {
      name: 'takes a proxy that speaks TLS',
      env: {ALIYUN_ASSIST_PROXY: 'https://own'},
      url: 'https://h',
      proxy: 'https://own/',
    },
  ])('$name', ({env, url, proxy}) => {
    expect(chooseAgentProxy(env, url)).toBe(proxy)
  })

  it('refuses what it cannot use by the name of the variable, without its value', () => {
    expect(() => chooseAgentProxy({ALIYUN_ASSIST_PROXY: 'socks5://me:CANARY@p'}, 'https://h')).toThrow(
      /^ALIYUN_ASSIST_PROXY is not/,
    )
    expect(() => chooseAgentProxy({ALIYUN_ASSIST_PROXY: 'socks5://me:CANARY@p'}, 'https://h')).not.toThrow(/CANARY/)
  })
})
