import {isUtf8} from 'node:buffer'
import {forTerminal, RESET, unfinished} from '../form/terminal-text.ts'

export interface LiveOptions {
  /**
   * - `bytes`: one target, its bytes as they are
   * - `lines`: several, line by line, each with its `prefix` in front
   * - `group`: several, each as one block once it has ended
   */
  arrangement: 'bytes' | 'lines' | 'group'
  /** Where a person looks at it: what could steer the screen is made visible, all but colours where those are known. Undefined: bytes as they are. */
  terminal?: {colors: boolean} | undefined
  /** Takes away what the reader of our output would obey, line by line. */
  disarm?: ((text: string) => string) | undefined
  /** Who it is, above a block. */
  heading(instanceId: string): string
  /** What stands in front of each line; may be ''. */
  prefix(instanceId: string): string
}

export interface Sinks {
  out(data: string | Uint8Array): void
  err(text: string): void
}

/** Puts the output of one instance on stdout, piece by piece. */
export interface Arranger {
  push(bytes: Uint8Array): void
  /** Bytes are missing here: what was held back cannot go on. */
  cut(): void
  end(): void
}

export function createArranger(instanceId: string, sinks: Sinks, options: LiveOptions): Arranger {
  if (options.arrangement === 'group') return new Grouped(instanceId, sinks, options)
  if (options.arrangement === 'lines') return new Lines(sinks, options, options.prefix(instanceId), true)
  if (options.terminal) return new Escaped(sinks, options.terminal)
  if (options.disarm) return new Lines(sinks, options, '', false)
  return {push: (bytes) => bytes.length > 0 && sinks.out(bytes), cut: () => {}, end: () => {}}
}

/** Text for a terminal. Holds back an unfinished character or colour, and a CR that may belong to a CR LF. */
class Escaped implements Arranger {
  readonly #sinks: Sinks
  readonly #terminal: {colors: boolean}
  #decoder = new TextDecoder()
  #held = ''
  #isStyled = false

  constructor(sinks: Sinks, terminal: {colors: boolean}) {
    this.#sinks = sinks
    this.#terminal = terminal
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
    if (this.#isStyled) this.#sinks.out(RESET)
    this.#isStyled = false
  }

  #write(decoded: string, isLast: boolean): void {
    const text = this.#held + decoded
    const heldLength = isLast ? 0 : unfinished(text)
    this.#held = text.slice(text.length - heldLength)
    const shown = forTerminal(text.slice(0, text.length - heldLength), this.#terminal)
    this.#isStyled ||= shown.includes('\x1b')
    if (shown !== '') this.#sinks.out(shown)
  }
}

/** A line longer than this is shown in pieces. */
const LONGEST_LINE_BYTES = 65_536
const LINE_FEED = 10

/** Whole lines, each behind its prefix. */
class Lines implements Arranger {
  readonly #sinks: Sinks
  readonly #options: LiveOptions
  readonly #prefix: string
  /** Whether a line without an end gets one, so that another instance's can follow. */
  readonly #endsAll: boolean
  #held: Uint8Array = new Uint8Array(0)

  constructor(sinks: Sinks, options: LiveOptions, prefix: string, endsAll: boolean) {
    this.#sinks = sinks
    this.#options = options
    this.#prefix = prefix
    this.#endsAll = endsAll
  }

  push(bytes: Uint8Array): void {
    let rest: Uint8Array = Buffer.concat([this.#held, bytes])
    for (;;) {
      const index = rest.indexOf(LINE_FEED)
      const end = index >= 0 ? index : rest.length > LONGEST_LINE_BYTES ? LONGEST_LINE_BYTES : -1
      if (end < 0) break
      this.#line(rest.subarray(0, end), index >= 0)
      rest = rest.subarray(index >= 0 ? end + 1 : end)
    }
    this.#held = rest
  }

  cut(): void {
    this.end()
  }

  end(): void {
    if (this.#held.length > 0) this.#line(this.#held, false)
    this.#held = new Uint8Array(0)
  }

  #line(bytes: Uint8Array, isWhole: boolean): void {
    const end = isWhole || this.#endsAll ? '\n' : ''
    const body = dressLine(bytes, this.#prefix, this.#options)
    this.#sinks.out(Buffer.concat([Buffer.from(this.#prefix), body, Buffer.from(end)]))
  }
}

class Grouped implements Arranger {
  readonly #sinks: Sinks
  readonly #options: LiveOptions
  readonly #heading: string
  readonly #chunks: Uint8Array[] = []

  constructor(instanceId: string, sinks: Sinks, options: LiveOptions) {
    this.#sinks = sinks
    this.#options = options
    this.#heading = `== ${options.heading(instanceId)} ==\n`
  }

  push(bytes: Uint8Array): void {
    this.#chunks.push(bytes)
  }

  cut(): void {}

  end(): void {
    const shown = dress(Buffer.concat(this.#chunks.splice(0)), this.#options)
    const isOpen = shown.length > 0 && shown[shown.length - 1] !== LINE_FEED
    this.#sinks.out(Buffer.concat([Buffer.from(this.#heading), shown, Buffer.from(isOpen ? '\n' : '')]))
  }
}

/** A carriage return goes back to the beginning of the line, where the prefix stands. */
function dressLine(bytes: Uint8Array, prefix: string, options: LiveOptions): Uint8Array {
  if (!options.terminal) return dress(bytes, options)
  const isClosed = bytes[bytes.length - 1] === 13
  const shown = Buffer.from(dress(isClosed ? bytes.subarray(0, -1) : bytes, options)).toString()
  return Buffer.from(shown.replaceAll('\r', `\r${prefix}`))
}

function dress(bytes: Uint8Array, {terminal, disarm}: LiveOptions): Uint8Array {
  let shown = bytes
  if (terminal) {
    const text = forTerminal(Buffer.from(bytes).toString(), terminal)
    shown = Buffer.from(text.includes('\x1b') ? text.replace(/\n?$/, `${RESET}$&`) : text)
  }
  if (!disarm) return shown
  // Bytes that are no text come through as they are, too.
  const coding = isUtf8(shown) ? 'utf8' : 'latin1'
  return Buffer.from(disarm(Buffer.from(shown).toString(coding)), coding)
}
