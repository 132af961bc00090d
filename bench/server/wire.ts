import {createConnection, type Socket} from 'node:net'

export interface Answer {
  status: number
  text: string
}

interface Pending {
  resolve(answer: Answer): void
  reject(error: Error): void
}

/**
 * A client of HTTP/1.1 that costs its process a few microseconds a request, so that two cores are enough to load a server with one.
 * One request at a time per connection; connections are kept and made when there are too few.
 */
export class Wire {
  readonly #host: string
  readonly #port: number
  readonly #idle: Connection[] = []

  constructor(url: string) {
    const {hostname, port} = new URL(url)
    this.#host = hostname
    this.#port = Number(port)
  }

  async ask(
    method: string,
    target: string,
    headers: Readonly<Record<string, string>>,
    body?: Uint8Array,
  ): Promise<Answer> {
    let head = `${method} ${target} HTTP/1.1\r\nhost: ${this.#host}:${this.#port}\r\n`
    for (const name in headers) head += `${name}: ${headers[name]}\r\n`
    if (method === 'POST') head += `content-length: ${body?.length ?? 0}\r\n`
    const connection = this.#idle.pop() ?? new Connection(this.#host, this.#port)
    const answer = await connection.ask(`${head}\r\n`, body)
    if (!connection.isOver) this.#idle.push(connection)
    return answer
  }

  close(): void {
    for (const connection of this.#idle.splice(0)) connection.end()
  }
}

class Connection {
  readonly #socket: Socket
  #pending: Pending | undefined
  #read = ''
  isOver = false

  constructor(host: string, port: number) {
    this.#socket = createConnection({host, port, noDelay: true})
    this.#socket.setEncoding('latin1')
    this.#socket.on('data', (text: string) => this.#take(text))
    this.#socket.on('error', (error) => this.#fail(error))
    this.#socket.on('close', () => this.#fail(new Error('the connection was closed')))
  }

  ask(head: string, body: Uint8Array | undefined): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#pending = {resolve, reject}
      this.#socket.cork()
      this.#socket.write(head, 'latin1')
      if (body !== undefined && body.length > 0) this.#socket.write(body)
      this.#socket.uncork()
    })
  }

  end(): void {
    this.isOver = true
    this.#socket.destroy()
  }

  #fail(error: Error): void {
    this.isOver = true
    this.#pending?.reject(error)
    this.#pending = undefined
  }

  #take(text: string): void {
    this.#read += text
    const headEnd = this.#read.indexOf('\r\n\r\n')
    if (headEnd < 0) return
    const head = this.#read.slice(0, headEnd)
    const body = bodyOf(head, this.#read, headEnd + 4)
    if (body === undefined) return
    this.#read = ''
    if (/\r\nconnection: close/i.test(head)) this.end()
    const pending = this.#pending
    this.#pending = undefined
    pending?.resolve({status: Number(head.slice(9, 12)), text: body})
  }
}

/** `undefined`: not all of it has come. */
function bodyOf(head: string, read: string, from: number): string | undefined {
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
  if (length !== undefined) return read.length - from < Number(length) ? undefined : read.slice(from)
  if (!/\r\ntransfer-encoding: chunked/i.test(head)) return ''
  if (!read.endsWith('\r\n0\r\n\r\n') && read.slice(from) !== '0\r\n\r\n') return undefined
  let body = ''
  let at = from
  for (;;) {
    const lineEnd = read.indexOf('\r\n', at)
    const size = Number.parseInt(read.slice(at, lineEnd), 16)
    if (!(size > 0)) return body
    body += read.slice(lineEnd + 2, lineEnd + 2 + size)
    at = lineEnd + 4 + size
  }
}
