import {createPublicKey, type KeyObject} from 'node:crypto'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {type WebSocket, WebSocketServer} from 'ws'
import {decodeHeld, type HeldTask} from '../../src/lib/protocol/agent/held.ts'
import {encodeKick} from '../../src/lib/protocol/agent/kick.ts'
import {AGENT_PATHS} from '../../src/lib/protocol/agent/paths.ts'
import {decodeReport, type ReportKind, type TaskReport} from '../../src/lib/protocol/agent/reports.ts'
import {SIGNATURE_HEADERS, verifyOfficial, verifyStrong} from '../../src/lib/protocol/agent/signature.ts'

export interface Received {
  report: TaskReport
  body: Buffer
  atMs: number
}

/** What a test makes of a request instead of the usual answer; `cut`: the connection breaks after the request was read. */
export type Fault = {status: number; body?: string} | 'cut' | undefined

const KINDS: readonly ReportKind[] = ['running', 'finish', 'timeout', 'error', 'stopped', 'invalid', 'verified']
const TERMINAL: readonly ReportKind[] = ['finish', 'timeout', 'error', 'stopped', 'invalid', 'verified']

/** A stand-in for a control plane: enough of the agent protocol, everything recorded, and strict about what it did not expect. */
export class AgentServer {
  readonly reports: Received[] = []
  readonly fetches: URLSearchParams[] = []
  /** What fetches said is held, of those that said anything. */
  readonly held: HeldTask[][] = []
  readonly beats: URLSearchParams[] = []
  readonly answers: string[] = []
  /** Every request, whatever was answered. */
  readonly queries: Array<{path: string; query: URLSearchParams}> = []
  readonly headerNames = new Set<string>()
  /** Requests nobody should have made. `close` fails when there are any. */
  readonly problems: string[] = []
  /** Items handed out with every fetch until a report says they arrived. */
  run: unknown[] = []
  stop: unknown[] = []
  test: unknown[] = []
  assist = true
  /** Only this instance of the cloud calls, which signs nothing. */
  ecsInstance: string | undefined
  /** As the official service does: a fetch that names a task gets that one. */
  byTaskId = false
  newTasks = false
  fault: (request: {path: string; query: URLSearchParams}) => Fault = () => undefined
  /** A whole answer to fetches, instead of one made of the items. */
  rawList: string | undefined
  sockets = new Set<WebSocket>()
  readonly #http = createServer((request, response) => void this.#serve(request, response))
  readonly #ws = new WebSocketServer({noServer: true})
  #key: KeyObject | undefined
  #machineId = ''

  static async start(port = 0): Promise<AgentServer> {
    const server = new AgentServer()
    server.#http.on('upgrade', (request, socket, head) => {
      const cut = server.fault({path: AGENT_PATHS.notify, query: new URLSearchParams()}) !== undefined
      if (cut || !server.#verify(request, Buffer.alloc(0))) {
        socket.destroy()
        return
      }
      server.#ws.handleUpgrade(request, socket, head, (client) => {
        server.sockets.add(client)
        client.on('close', () => server.sockets.delete(client))
        client.on('message', (data) => server.answers.push(data.toString()))
        server.onConnected()
      })
    })
    server.#http.keepAliveTimeout = 60_000
    await new Promise<void>((resolve) => server.#http.listen(port, '127.0.0.1', resolve))
    return server
  }

  onConnected: () => void = () => {}

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`
  }

  /** Offers tasks and wakes the agent. */
  offer(...items: Array<{task: {taskID: string}}>): void {
    this.run.push(...items)
    const [item] = items
    if (item !== undefined) this.kick(encodeKick({kind: 'run', taskId: item.task.taskID}))
  }

  kick(text = 'kick_vm'): void {
    for (const socket of this.sockets) socket.send(text)
  }

  of(taskId: string): Received[] {
    return this.reports.filter(({report}) => report.taskId === taskId)
  }

  terminal(taskId: string): Received[] {
    return this.of(taskId).filter(({report}) => TERMINAL.includes(report.kind))
  }

  /** Everything a task printed, put together by offsets. */
  output(taskId: string): Buffer {
    let whole = Buffer.alloc(0)
    for (const {report, body} of this.of(taskId)) {
      if (!('offset' in report) || body.length === 0) continue
      const offset = report.offset ?? whole.length
      const gap = Buffer.alloc(Math.max(0, offset - whole.length))
      whole = Buffer.concat([whole.subarray(0, offset), gap, body])
    }
    return whole
  }

  async waitFor<T>(what: string, look: () => T | undefined | false, withinMs = 10_000): Promise<T> {
    const until = performance.now() + withinMs
    for (;;) {
      const found = look()
      if (found !== undefined && found !== false) return found
      if (performance.now() > until) {
        const got = this.reports.map(({report}) => `${report.kind} ${report.taskId}`).join(', ')
        throw new Error(
          `waited ${withinMs} ms for ${what}; reports so far: ${got || 'none'}; problems: ${this.problems}`,
        )
      }
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }

  waitForEnd(taskId: string, withinMs = 10_000): Promise<Received> {
    return this.waitFor(`the end of ${taskId}`, () => this.terminal(taskId)[0], withinMs)
  }

  async close(): Promise<void> {
    this.cutConnections()
    await new Promise((resolve) => this.#http.close(resolve))
    if (this.problems.length > 0) throw new Error(`unexpected requests: ${this.problems.join('; ')}`)
  }

  cutConnections(): void {
    for (const socket of this.sockets) socket.terminate()
    this.#http.closeAllConnections()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const body = Buffer.concat(parts)
    const url = new URL(request.url ?? '/', 'http://stub')
    this.queries.push({path: url.pathname, query: url.searchParams})
    for (const name of Object.keys(request.headers)) this.headerNames.add(name)
    const fault = this.fault({path: url.pathname, query: url.searchParams})
    const reply = (status: number, value: unknown): void => {
      if (fault === 'cut') return void request.socket.destroy()
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      response.writeHead(fault?.status ?? status, {'content-type': 'application/json'}).end(fault?.body ?? text)
    }
    if (fault !== undefined && fault !== 'cut') return reply(fault.status, fault.body ?? '{}')
    if (url.pathname === AGENT_PATHS.register) return reply(...this.#register(body))
    if (!this.#verify(request, body)) return reply(401, {code: 401})
    // As a server of ours that knows no sessions; to others they are not spoken of.
    if (url.pathname === AGENT_PATHS.agree && this.assist) return reply(404, {code: 404})
    if (url.pathname === AGENT_PATHS.deregister) return reply(200, {code: 200})
    if (url.pathname === AGENT_PATHS.heartBeat && request.method === 'GET') {
      this.beats.push(url.searchParams)
      return reply(200, {code: 200, instanceId: 'mi-stub', nextInterval: 60_000, newTasks: this.newTasks})
    }
    if (url.pathname === AGENT_PATHS.taskList) {
      this.fetches.push(url.searchParams)
      const held = decodeHeld(body)
      if (held !== undefined) this.held.push(held)
      const {stop, test} = this
      const taskId = url.searchParams.get('taskId')
      const run = this.byTaskId ? this.run.filter((item) => taskId !== null && isOnce(item, taskId)) : this.run
      const list = {code: 200, instanceId: 'mi-stub', run, stop, test, file: [], session: []}
      reply(200, this.rawList ?? list)
      this.stop = []
      this.test = []
      return
    }
    const kind = KINDS.find((known) => AGENT_PATHS[known] === url.pathname)
    if (kind === undefined) this.problems.push(`${request.method} ${request.url}`)
    else this.#record(kind, url.searchParams, body)
    reply(kind === undefined ? 404 : 200, {code: 200})
  }

  #record(kind: ReportKind, query: URLSearchParams, body: Buffer): void {
    try {
      const report = decodeReport(kind, query)
      this.reports.push({report, body, atMs: performance.now()})
      this.run = this.run.filter((item) => !isOnce(item, report.taskId))
    } catch (error) {
      this.problems.push(`${kind}?${query}: ${error}`)
    }
  }

  #register(body: Buffer): [number, unknown] {
    const request = JSON.parse(body.toString())
    if (request.activationCode !== 'good-code') return [400, {code: 400, message: 'no such activation'}]
    if (request.assistSignature !== true) this.problems.push('registration without assistSignature')
    this.#key = createPublicKey(Buffer.from(request.publicKey, 'base64').toString())
    this.#machineId = request.machineId
    return [200, {code: 200, instanceId: 'mi-stub', assist: this.assist}]
  }

  #verify(request: IncomingMessage, body: Buffer): boolean {
    const header = (name: string): string => String(request.headers[name] ?? '')
    if (this.ecsInstance !== undefined) {
      const isIt = header('x-client-instance-id') === this.ecsInstance && header(SIGNATURE_HEADERS.signature) === ''
      if (!isIt) this.problems.push(`not from ${this.ecsInstance} alone: ${request.url}`)
      return isIt
    }
    const signing = {
      instanceId: header(SIGNATURE_HEADERS.instanceId),
      machineId: this.#machineId,
      timestamp: header(SIGNATURE_HEADERS.timestamp),
      requestId: header(SIGNATURE_HEADERS.requestId),
    }
    const content = {method: request.method ?? '', target: request.url ?? '', body}
    const good =
      this.#key !== undefined &&
      verifyOfficial(this.#key, signing, header(SIGNATURE_HEADERS.signature)) &&
      // To a server that never said that it knows it, it is not sent.
      (this.assist
        ? verifyStrong(this.#key, signing, content, header(SIGNATURE_HEADERS.strong))
        : header(SIGNATURE_HEADERS.strong) === '')
    if (!good) this.problems.push(`badly signed: ${request.method} ${request.url}`)
    return good
  }
}

function isOnce(item: unknown, taskId: string): boolean {
  const {task, repeat} = item as {task?: {taskID?: string}; repeat?: string}
  return task?.taskID === taskId && (repeat === undefined || repeat === 'Once')
}

/** A task item as our server sends them. */
export function taskItem(taskID: string, script: string | Buffer, more: Record<string, unknown> = {}) {
  const {repeat = 'Once', output, ...task} = more as {repeat?: string; output?: Record<string, unknown>}
  return {
    task: {
      ...{taskID, type: 'RunShellScript', commandId: 'c-1', commandName: '', invokeVersion: 0, creationTime: 1},
      commandContent: Buffer.from(script).toString('base64'),
      ...{timeOut: '60', workingDirectory: null, username: null, windowsPasswordName: null, cron: null, args: null},
      ...{enableParameter: false, builtInParameter: {}, containerId: '', containerName: ''},
      ...task,
    },
    output: {interval: 200, logQuota: 24_576, skipEmpty: true, sendStart: true, ...output},
    repeat,
  }
}
