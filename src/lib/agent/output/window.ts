import {endOf, newestFrom, type OutputPart} from '../../protocol/output.ts'
import {orphanedBytes, unfinishedBytes} from './utf8.ts'

/** Some output and where in everything the script printed it begins. */
export interface Piece extends OutputPart {
  bytes: Buffer
}

/** Most scripts print less. */
const FIRST_BYTES = 4096

/**
 * The newest output that the server does not have yet, at most `limitBytes` of it. When the script is faster than the network the
 * oldest bytes go, so the end is always kept; what is gone is counted to the byte. A character is not cut in two, neither where the
 * window begins after a gap nor between two pieces; bytes that are no UTF-8 pass as they are.
 */
export class OutputWindow {
  /** As large as it had to become. */
  #ring: Buffer
  /** Positions in everything printed: the window holds [#from, #to). */
  #from = 0
  #to = 0
  /** Everything before is with the server or gone. */
  #settled = 0
  #sentBytes = 0
  #limitBytes: number

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
    this.#ring = Buffer.alloc(Math.min(limitBytes, FIRST_BYTES))
  }

  get totalBytes(): number {
    return this.#to
  }

  /** How much of it is held now. */
  get heldBytes(): number {
    return this.#to - this.#from
  }

  append(bytes: Uint8Array): void {
    this.#makeRoom(this.heldBytes + bytes.length)
    const size = this.#ring.length
    const kept = bytes.length > size ? bytes.subarray(bytes.length - size) : bytes
    const position = (this.#to + bytes.length - kept.length) % size
    const untilEnd = Math.min(kept.length, size - position)
    this.#ring.set(kept.subarray(0, untilEnd), position)
    this.#ring.set(kept.subarray(untilEnd), 0)
    this.#to += bytes.length
    this.#from = newestFrom(this.#from, this.#to, this.#limitBytes)
  }

  /** The oldest bytes held, at most `maxBytes`, ending with a whole character. They stay until they are acknowledged. */
  next(maxBytes = this.#limitBytes): Piece {
    const piece = this.#read(Math.min(this.#to, this.#from + maxBytes))
    const whole = piece.bytes.length - unfinishedBytes(piece.bytes)
    return {offset: piece.offset, bytes: piece.bytes.subarray(0, whole)}
  }

  /** The server has this piece. */
  acknowledge(piece: Piece): void {
    const end = endOf(piece)
    this.#sentBytes += piece.bytes.length
    this.#settled = Math.max(this.#settled, end)
    this.#from = Math.max(this.#from, end)
  }

  /** From now on only so much is held: official servers count what was sent before against one quota. */
  shrink(limitBytes: number): void {
    this.#limitBytes = Math.max(0, Math.min(limitBytes, this.#limitBytes))
    this.#from = newestFrom(this.#from, this.#to, this.#limitBytes)
  }

  /** From now on up to so much is held, the newest of what there is. */
  resize(limitBytes: number): void {
    this.#limitBytes = limitBytes
    this.#from = newestFrom(this.#from, this.#to, limitBytes)
    if (this.#ring.length > limitBytes) this.#moveTo(Buffer.alloc(limitBytes))
  }

  /** All that is left, and how many bytes of the whole output neither were sent nor are in it. */
  last(): Piece & {dropped: number} {
    const piece = this.#read(this.#to)
    return {...piece, dropped: this.#to - this.#sentBytes - piece.bytes.length}
  }

  /** A limit is seldom reached: the ring grows with what is held. */
  #makeRoom(bytes: number): void {
    const {length} = this.#ring
    if (bytes > length && length < this.#limitBytes) {
      this.#moveTo(Buffer.alloc(Math.min(this.#limitBytes, Math.max(bytes, 2 * length))))
    }
  }

  #moveTo(ring: Buffer): void {
    const held = this.#copy(this.#to)
    const position = this.#from % ring.length
    const untilEnd = Math.min(held.length, ring.length - position)
    held.copy(ring, position, 0, untilEnd)
    held.copy(ring, 0, untilEnd)
    this.#ring = ring
  }

  #copy(to: number): Buffer {
    const size = this.#ring.length
    const bytes = Buffer.alloc(to - this.#from)
    const position = this.#from % size
    const untilEnd = Math.min(bytes.length, size - position)
    this.#ring.copy(bytes, 0, position, position + untilEnd)
    this.#ring.copy(bytes, untilEnd, 0, bytes.length - untilEnd)
    return bytes
  }

  #read(to: number): Piece {
    const bytes = this.#copy(to)
    const cut = this.#from > this.#settled ? orphanedBytes(bytes) : 0
    return {offset: this.#from + cut, bytes: bytes.subarray(cut)}
  }
}
