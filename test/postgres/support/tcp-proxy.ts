import {type AddressInfo, createServer, connect as dial, type Socket} from 'node:net'

export interface TcpProxy {
  port: number
  /** Passes nothing on any more, and keeps every connection. */
  stall(): void
  /** Passes on again, for new connections; those of before hang for ever. */
  resume(): void
  /** Local ports of the connections to the targets. */
  ports(): number[]
  close(): Promise<void>
}

/** Passes connections on to the targets in turn; one that nobody takes goes to the next. */
export async function startTcpProxy(targets: () => readonly number[]): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  const dialled = new Set<Socket>()
  let turn = 0
  let isStalled = false
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    return socket
  }
  const passOn = (client: Socket, left: readonly number[]): void => {
    const [port, ...others] = left
    if (port === undefined) return void client.destroy()
    const target = keep(dial(port, '127.0.0.1'))
    dialled.add(target)
    target.on('close', () => dialled.delete(target))
    const tryNext = (): void => passOn(client, others)
    target.once('error', tryNext)
    target.once('connect', () => {
      target.off('error', tryNext)
      client.pipe(target).pipe(client)
      client.on('close', () => target.destroy())
      target.on('close', () => client.destroy())
    })
  }
  const server = createServer((client) => {
    keep(client)
    if (isStalled) return
    const all = targets()
    turn += 1
    passOn(client, [...all.slice(turn % all.length), ...all.slice(0, turn % all.length)])
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    stall: () => {
      isStalled = true
      for (const socket of sockets) {
        socket.unpipe()
        socket.pause()
      }
    },
    resume: () => {
      isStalled = false
    },
    ports: () => [...dialled].flatMap((socket) => socket.localPort ?? []),
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
