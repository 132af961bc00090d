import {beyond, endOf} from '../../protocol/output.ts'

/** The part of an output that the service still has: everything printed is `dropped` bytes, then `output`. */
export interface OutputWindow {
  output: Uint8Array
  dropped: number
}

/** How far an output has been read. */
export interface ReadSoFar {
  /** Bytes of the whole output that were read or counted as lost. */
  position: number
  previous: OutputWindow
}

export interface Fresh {
  bytes: Uint8Array
  /** Bytes that were dropped before anybody could read them. They lie in front of `bytes`. */
  lost: number
}

export const NOTHING_READ: ReadSoFar = {position: 0, previous: {output: new Uint8Array(0), dropped: 0}}

/**
 * What is new since the last look. Each byte is handed out once and in order, whatever the chunks were and whatever was dropped.
 *
 * Our server keeps the tail. The cloud's agent keeps the beginning and the tail and drops the middle (`keepsHead`): there a window that
 * begins with all of the previous one goes on after it.
 */
export function readFresh(
  soFar: ReadSoFar,
  window: OutputWindow,
  keepsHead: boolean,
): {soFar: ReadSoFar; fresh: Fresh} {
  const part = {offset: window.dropped, bytes: window.output}
  const end = endOf(part)
  const next = {position: Math.max(end, soFar.position), previous: window}
  if (end <= soFar.position) return {soFar: next, fresh: {bytes: new Uint8Array(0), lost: 0}}
  const {previous} = soFar
  const droppedMore = window.dropped - previous.dropped
  if (keepsHead && droppedMore > 0 && previous.output.length > 0 && goesOn(window.output, previous.output)) {
    return {soFar: next, fresh: {bytes: window.output.subarray(previous.output.length), lost: droppedMore}}
  }
  return {soFar: next, fresh: beyond(soFar.position, part)}
}

function goesOn(whole: Uint8Array, beginning: Uint8Array): boolean {
  return whole.length > beginning.length && Buffer.compare(whole.subarray(0, beginning.length), beginning) === 0
}
