import {describe, expect, it} from 'vitest'
import {registrationUrl, serverInEnvironment, serverUrls} from '../../../src/lib/protocol/agent/hosts.ts'

describe('hosts of the cloud', () => {
  it.each([
    {mode: 'internet' as const, url: 'https://cn-hangzhou.axt.aliyuncs.com'},
    {mode: 'vpc' as const, url: 'https://cn-hangzhou.axt.aliyun.com'},
  ])('registers over $mode at $url', ({mode, url}) => {
    expect(registrationUrl('cn-hangzhou', mode)).toBe(url)
  })

  it.each([
    {
      name: 'the internet host of a region has a second name, which comes first',
      registered: 'https://cn-hangzhou.axt.aliyuncs.com',
      urls: ['https://cn-hangzhou-axt.aliyuncs.com', 'https://cn-hangzhou.axt.aliyuncs.com'],
    },
    {
      name: 'inside a network it has one',
      registered: 'https://cn-hangzhou.axt.aliyun.com',
      urls: ['https://cn-hangzhou.axt.aliyun.com'],
    },
    {name: 'a plane of its own has one', registered: 'https://plane:8443/a', urls: ['https://plane:8443/a']},
    {
      name: 'a name that only looks like it has one',
      registered: 'https://x.axt.aliyuncs.com.example.com',
      urls: ['https://x.axt.aliyuncs.com.example.com'],
    },
  ])('$name', ({registered, urls}) => {
    expect(serverUrls(registered)).toEqual(urls)
  })

  it.each([
    {host: 'plane.example.com:8443', url: 'https://plane.example.com:8443'},
    {host: '127.0.0.1:8443/a/TOKEN', url: 'https://127.0.0.1:8443/a/TOKEN'},
    {host: 'https://plane', url: 'https://plane'},
    {host: '', url: undefined},
    {host: undefined, url: undefined},
  ])('reads $host of the environment as $url', ({host, url}) => {
    expect(serverInEnvironment({ALIYUN_ASSIST_SERVER_HOST: host})).toBe(url)
  })
})
