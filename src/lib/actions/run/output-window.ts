import {beyond, endOf, type OutputPart} from '../../protocol/output.ts'

/** The part of an output that the service still has, and how many bytes of all that was printed are not in it. */
export interface OutputWindow {
  output: Uint8Array
  dropped: number
}

/** How far an output has been read. */
export interface ReadSoFar {
  /** Bytes of the whole output that were read or counted as lost. */
  position: number
  previous: OutputWindow
  /** Length of the beginning that is kept, once something was dropped behind it. */
  head?: number
}

export interface Fresh {
  bytes: Uint8Array
  /** Bytes that were dropped before anybody could read them. They lie in front of `bytes`. */
  lost: number
}

export const NOTHING_READ: ReadSoFar = {position: 0, previous: {output: new Uint8Array(0), dropped: 0}}

/**
 * What is new since the last look. No byte is handed out twice, whatever was dropped, and what is handed out and what is lost come to all
 * that was printed.
 *
 * Our agent drops the oldest bytes, so that its window lies where `dropped` says. Official agents keep beginning and end and drop what is
 * between, whichever server they report to: their bytes tell where they belong, by what the previous window had of them already.
 */
export function readFresh(soFar: ReadSoFar, window: OutputWindow): {soFar: ReadSoFar; fresh: Fresh} {
  const part = {offset: window.dropped, bytes: window.output}
  const end = endOf(part)
  const next = {...soFar, position: Math.max(end, soFar.position), previous: window}
  if (end <= soFar.position) return {soFar: next, fresh: {bytes: new Uint8Array(0), lost: 0}}
  const known = knownBytes(soFar, window)
  if (known === undefined) return {soFar: next, fresh: beyond(soFar.position, part)}
  const bytes = window.output.subarray(known)
  const lost = end - soFar.position - bytes.length
  return {soFar: {...next, head: soFar.head ?? known}, fresh: {bytes, lost}}
}

/** The same for what a service hands out from where it was read to; it says where that lies. */
export function readNext({position}: ReadSoFar, part: OutputPart): {soFar: ReadSoFar; fresh: Fresh} {
  const {bytes} = beyond(position, part)
  const lost = Math.max(0, part.offset - position)
  const end = position + lost + bytes.length
  return {soFar: {position: end, previous: {output: new Uint8Array(0), dropped: end}}, fresh: {bytes, lost}}
}

/** Fewer equal bytes may be chance. */
const LEAST_EVIDENCE = 64

/** How many bytes at the beginning of the window were read before, where that is not what its position says. */
function knownBytes({position, previous, head}: ReadSoFar, {output, dropped}: OutputWindow): number | undefined {
  if (dropped <= previous.dropped || previous.output.length === 0) return undefined
  const expected = position - dropped
  if (expected >= 0 && overlaps(previous.output, output, expected)) return undefined
  const overlap = longestOverlap(previous.output, output)
  const beginning = Math.min(commonBeginning(previous.output, output), head ?? Number.POSITIVE_INFINITY)
  return overlap > 0 || beginning > 0 ? Math.max(overlap, beginning, expected) : undefined
}

/** Is the end of `before` the beginning of `after`, `length` bytes long? */
function overlaps(before: Uint8Array, after: Uint8Array, length: number): boolean {
  if (length > before.length || length > after.length) return false
  return Buffer.compare(before.subarray(before.length - length), after.subarray(0, length)) === 0
}

function longestOverlap(before: Uint8Array, after: Uint8Array): number {
  // The whole of a short output is evidence enough: it was all there was.
  const least = Math.min(LEAST_EVIDENCE, before.length)
  for (let length = Math.min(before.length, after.length); length >= least; length--) {
    if (overlaps(before, after, length)) return length
  }
  return 0
}

function commonBeginning(before: Uint8Array, after: Uint8Array): number {
  const most = Math.min(before.length, after.length)
  let length = 0
  while (length < most && before[length] === after[length]) length++
  return length >= LEAST_EVIDENCE ? length : 0
}
