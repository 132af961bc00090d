import {LIMITS} from '../../protocol/ecs/limits.ts'

/** What is kept of everything a script has printed. Always: `outputEnd` = `dropped` + bytes in `output`. */
export interface KeptOutput {
  /** The newest bytes, at most the limit; where bytes were lost in between, what follows is joined to what came before. */
  output: Uint8Array
  /** How many bytes were printed, as far as we know. */
  outputEnd: number
  /** Bytes printed and not kept. */
  dropped: number
}

export interface OutputPart {
  /** Position of the first byte in everything printed; `undefined` from official agents: the bytes follow what came before. */
  offset: number | undefined
  bytes: Uint8Array
  /**
   * Bytes that the agent lost before this part, as official agents count them. Ignored when there is an offset, because the jump
   * of the offset already tells the same.
   */
  agentDropped?: number
}

export const NO_OUTPUT: KeptOutput = {output: new Uint8Array(0), outputEnd: 0, dropped: 0}

/**
 * Adds a part. What lies below `outputEnd` is known already and skipped, so a part told twice changes nothing, whatever it says the
 * second time; a part that starts beyond it counts the bytes between as dropped.
 */
export function appendOutput(kept: KeptOutput, part: OutputPart, limit: number = LIMITS.outputBytes): KeptOutput {
  const start = part.offset ?? kept.outputEnd + (part.agentDropped ?? 0)
  const fresh = part.bytes.subarray(Math.min(part.bytes.length, Math.max(0, kept.outputEnd - start)))
  const outputEnd = Math.max(kept.outputEnd, start + part.bytes.length)
  if (outputEnd === kept.outputEnd) return kept
  const output = joinNewest(kept.output, fresh, limit)
  return {output, outputEnd, dropped: outputEnd - output.length}
}

function joinNewest(before: Uint8Array, after: Uint8Array, limit: number): Uint8Array {
  if (after.length >= limit) return after.slice(after.length - limit)
  const keep = before.subarray(Math.max(0, before.length + after.length - limit))
  const joined = new Uint8Array(keep.length + after.length)
  joined.set(keep)
  joined.set(after, keep.length)
  return joined
}
