import {describe, expect, it} from 'vitest'
import {chooseServer} from '../../../../src/lib/agent/talk/choose-server.ts'

const REGISTERED = 'https://cn-hangzhou.axt.aliyuncs.com'
const LATER = 'https://cn-hangzhou-axt.aliyuncs.com'

describe('chooseServer', () => {
  it.each([
    {name: 'that answers the check', answer: {status: 200, text: 'ok'}, chosen: LATER},
    {name: 'that answers something else', answer: {status: 200, text: 'OK\n'}, chosen: REGISTERED},
    {name: 'that refuses', answer: {status: 404, text: 'ok'}, chosen: REGISTERED},
    {name: 'that is not there', answer: undefined, chosen: REGISTERED},
  ])('decides about a second host $name', async ({answer, chosen}) => {
    const asked: string[] = []
    const url = await chooseServer(async (request) => {
      asked.push(request.url.href)
      if (answer === undefined) throw new Error('ENOTFOUND')
      return {headers: {}, ...answer}
    }, REGISTERED)
    expect(url).toBe(chosen)
    expect(asked).toEqual([`${LATER}/luban/api/connection_detect`])
  })

  it('asks nobody about a plane that was given', async () => {
    const fail = async (): Promise<never> => {
      throw new Error('nobody should be asked')
    }
    expect(await chooseServer(fail, 'https://plane:8443')).toBe('https://plane:8443')
  })
})
