import {escapeControls} from '../core/quote.ts'

export interface LiveOptions {
  /**
   * - `bytes`: one target, its bytes as they are
   * - `lines`: several, line by line, each with its `prefix` in front
   * - `group`: several, each as one block once it has ended
   */
  arrangement: 'bytes' | 'lines' | 'group'
  /** Makes control sequences visible; for a terminal. */
  escape: boolean
  /** Who it is, above a block. */
  heading(instanceId: string): string
  /** What stands in front of each line; may be ''. */
  prefix(instanceId: string): string
}

export interface LiveChunk {
  bytes: Uint8Array
  /** Bytes in front of `bytes` that are gone. */
  lost: number
  isLast: boolean
}

export interface Sinks {
  out(data: string | Uint8Array): void
  err(text: string): void
}

/** Arranges the output of running scripts for stdout, chunk by chunk. */
export function createLiveOutput(sinks: Sinks, options: LiveOptions): (instanceId: string, chunk: LiveChunk) => void {
  const arrangers = new Map<string, Arranger>()
  return (instanceId, chunk) => {
    const arranger = arrangers.get(instanceId) ?? createArranger(instanceId, sinks, options)
    arrangers.set(instanceId, arranger)
    if (chunk.lost > 0) {
      arranger.cut()
      sinks.err(`${instanceId}: ${chunk.lost} bytes of output dropped before they could be read\n`)
    }
    arranger.push(chunk.bytes)
    if (chunk.isLast) arranger.end()
  }
}

interface Arranger {
  push(bytes: Uint8Array): void
  /** Bytes are missing here: what was held back cannot go on. */
  cut(): void
  end(): void
}

function createArranger(instanceId: string, sinks: Sinks, options: LiveOptions): Arranger {
  if (options.arrangement === 'group') return new Grouped(instanceId, sinks, options)
  if (options.arrangement === 'lines') return new Lines(sinks, options.prefix(instanceId), options.escape)
  return options.escape
    ? new Escaped(sinks)
    : {push: (bytes) => bytes.length > 0 && sinks.out(bytes), cut: () => {}, end: () => {}}
}

/** Text for a terminal. Holds back an unfinished character and a CR that may belong to a CR LF. */
class Escaped implements Arranger {
  readonly #sinks: Sinks
  #decoder = new TextDecoder()
  #held = ''

  constructor(sinks: Sinks) {
    this.#sinks = sinks
  }

  push(bytes: Uint8Array): void {
    this.#write(this.#decoder.decode(bytes, {stream: true}), false)
  }

  cut(): void {
    this.end()
  }

  end(): void {
    this.#write(this.#decoder.decode(), true)
    this.#decoder = new TextDecoder()
  }

  #write(decoded: string, isLast: boolean): void {
    const text = this.#held + decoded
    this.#held = !isLast && text.endsWith('\r') ? '\r' : ''
    const ready = text.slice(0, text.length - this.#held.length)
    if (ready !== '') this.#sinks.out(forTerminal(ready))
  }
}

function forTerminal(text: string): string {
  return escapeControls(text.replaceAll('\r\n', '\n'), {keepLineBreaks: true})
}

/** A line longer than this is shown in pieces. */
const LONGEST_LINE_BYTES = 65_536
const LINE_FEED = 10

class Lines implements Arranger {
  readonly #sinks: Sinks
  readonly #prefix: string
  readonly #isEscaped: boolean
  #held: Uint8Array = new Uint8Array(0)

  constructor(sinks: Sinks, prefix: string, isEscaped: boolean) {
    this.#sinks = sinks
    this.#prefix = prefix
    this.#isEscaped = isEscaped
  }

  push(bytes: Uint8Array): void {
    let rest: Uint8Array = Buffer.concat([this.#held, bytes])
    for (;;) {
      const index = rest.indexOf(LINE_FEED)
      const end = index >= 0 ? index : rest.length > LONGEST_LINE_BYTES ? LONGEST_LINE_BYTES : -1
      if (end < 0) break
      this.#line(rest.subarray(0, end))
      rest = rest.subarray(index >= 0 ? end + 1 : end)
    }
    this.#held = rest
  }

  cut(): void {
    this.end()
  }

  end(): void {
    if (this.#held.length > 0) this.#line(this.#held)
    this.#held = new Uint8Array(0)
  }

  #line(bytes: Uint8Array): void {
    const body = this.#isEscaped ? Buffer.from(forTerminal(Buffer.from(bytes).toString().replace(/\r$/, ''))) : bytes
    this.#sinks.out(Buffer.concat([Buffer.from(this.#prefix), body, Buffer.from('\n')]))
  }
}

class Grouped implements Arranger {
  readonly #sinks: Sinks
  readonly #heading: string
  readonly #isEscaped: boolean
  readonly #chunks: Uint8Array[] = []

  constructor(instanceId: string, sinks: Sinks, options: LiveOptions) {
    this.#sinks = sinks
    this.#heading = `== ${options.heading(instanceId)} ==\n`
    this.#isEscaped = options.escape
  }

  push(bytes: Uint8Array): void {
    this.#chunks.push(bytes)
  }

  cut(): void {}

  end(): void {
    const body = Buffer.concat(this.#chunks.splice(0))
    const shown = this.#isEscaped ? Buffer.from(forTerminal(body.toString())) : body
    const isOpen = shown.length > 0 && shown[shown.length - 1] !== LINE_FEED
    this.#sinks.out(Buffer.concat([Buffer.from(this.#heading), shown, Buffer.from(isOpen ? '\n' : '')]))
  }
}
