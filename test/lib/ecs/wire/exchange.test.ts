import {Agent, createServer, type RequestListener, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {afterEach, describe, expect, it} from 'vitest'
import {exchange, type Post} from '../../../../src/lib/ecs/wire/exchange.ts'
import {networkReply} from '../../../../src/lib/ecs/wire/network-reply.ts'
import {NoAnswer} from '../../../../src/lib/ecs/wire/no-answer.ts'

const servers: Server[] = []
const agent = new Agent({keepAlive: true})
afterEach(() => {
  agent.destroy()
  for (const server of servers.splice(0)) server.close()
})

async function serve(answer: RequestListener): Promise<Post> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    headers: {},
    body: 'a=b',
    timeoutMs: 10_000,
  }
}

async function failure(post: Post): Promise<unknown> {
  const error = await exchange(agent, post).catch((thrown: unknown) => thrown)
  return error instanceof NoAnswer ? networkReply(error) : error
}

/** Begins an answer and never ends it. */
const half: RequestListener = (_, response) => {
  response.writeHead(200, {'content-length': '100'})
  response.write('half')
}

describe('exchange', () => {
  it('brings status, headers and text, whatever they are', async () => {
    const post = await serve((request, response) => {
      response.writeHead(302, {location: '/elsewhere', 'x-one': '1'})
      request.pipe(response)
    })
    expect(await exchange(agent, post)).toMatchObject({httpStatus: 302, headers: {'x-one': '1'}, text: 'a=b'})
  })

  it('says that an answer which is cut off may have been carried out', async () => {
    const post = await serve((request, response) => {
      half(request, response)
      setImmediate(() => response.socket?.destroy())
    })
    expect(await failure(post)).toMatchObject({errno: 'ECONNRESET', reason: 'the connection was cut', sent: true})
  })

  it.each([
    {name: 'before the answer begins', answer: () => {}},
    {name: 'in the midst of the answer', answer: half},
  ])('gives up when the time is over $name', async ({answer}) => {
    const post = await serve(answer)
    expect(await failure({...post, timeoutMs: 50})).toMatchObject({errno: 'TIMEOUT', sent: true})
  })

  it('ends at the signal in the midst of the answer', async () => {
    const stop = new AbortController()
    const post = await serve((request, response) => {
      half(request, response)
      setImmediate(() => stop.abort())
    })
    await expect(exchange(agent, {...post, signal: stop.signal})).rejects.toBeInstanceOf(NoAnswer)
  })

  it('says that what never connected was not sent', async () => {
    const post = await serve(() => {})
    servers.splice(0)[0]?.close()
    expect(await failure(post)).toMatchObject({errno: 'ECONNREFUSED', sent: false})
  })
})
