import {execFileSync} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {createServer, type IncomingMessage, type RequestListener} from 'node:http'
import {createServer as createTlsServer} from 'node:https'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {createFetch} from '../../../src/lib/system/http.ts'

async function serve(listener: RequestListener, tls?: {key: Buffer; cert: Buffer}) {
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts).toString()
}

describe('createFetch', () => {
  it('sends path, query, headers and body as they are, over one kept connection', async () => {
    const ports = new Set<number | undefined>()
    await using server = await serve(async (request, response) => {
      ports.add(request.socket.remotePort)
      response.end(
        `${request.method} ${request.url} ${request.headers.a} ${request.headers['content-length']} ${await bodyOf(request)}`,
      )
    })
    const fetch = createFetch()
    const post = () =>
      fetch(new Request(`${server.url}/p?x=%20a+b&y=%2F`, {method: 'POST', headers: {a: '1'}, body: 'bytes'}))
    for (let i = 0; i < 3; i++) expect(await (await post()).text()).toBe('POST /p?x=%20a+b&y=%2F 1 5 bytes')
    expect(await (await fetch(new Request(server.url, {method: 'POST'}))).text()).toContain(' 0 ')
    expect(ports.size).toBe(1)
    fetch.close()
  })

  it('hands redirects and errors back instead of following them', async () => {
    await using server = await serve(
      (_request, response) => void response.writeHead(302, {location: '/elsewhere'}).end(),
    )
    const fetch = createFetch()
    const answer = await fetch(new Request(server.url))
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/elsewhere'])
    fetch.close()
  })

  it('sends again over a new connection when a kept one was just closed', async () => {
    let count = 0
    await using server = await serve((request, response) => {
      if (++count === 2) request.socket.destroy()
      else response.end('ok')
    })
    const fetch = createFetch()
    for (let i = 0; i < 2; i++) expect(await (await fetch(new Request(server.url))).text()).toBe('ok')
    expect(count).toBe(3)
    fetch.close()
  })

  it('gives up when the signal says so, and on an answer without an end', async () => {
    await using server = await serve((request, response) => {
      if (request.url === '/slow') return
      const part = Buffer.alloc(1024 * 1024)
      const more = (): void => {
        if (!response.destroyed) response.write(part, more)
      }
      more()
    })
    const fetch = createFetch()
    await expect(fetch(new Request(`${server.url}/slow`, {signal: AbortSignal.timeout(50)}))).rejects.toThrow()
    await expect(fetch(new Request(`${server.url}/endless`))).rejects.toThrow('longer than')
    fetch.close()
  })

  it('believes a server whose certificate the CA file holds, and no other', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assist-tls-'))
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const names = ['-subj', '/CN=test', '-addext', 'subjectAltName=IP:127.0.0.1']
    const files = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert]
    execFileSync('openssl', ['req', '-x509', '-days', '2', ...files, ...names], {stdio: 'ignore'})
    await using server = await serve((_request, response) => void response.end('ok'), {
      key: readFileSync(key),
      cert: readFileSync(cert),
    })
    const [trusting, other] = [createFetch({caFile: cert}), createFetch()]
    expect(await (await trusting(new Request(server.url))).text()).toBe('ok')
    await expect(other(new Request(server.url))).rejects.toThrow(/self-signed/)
    expect(() => createFetch({caFile: '/nowhere.pem'})).toThrow('/nowhere.pem')
    trusting.close()
    other.close()
    rmSync(folder, {recursive: true})
  })
})
