import {LIMITS} from '../../protocol/ecs/limits.ts'
import {beyond, endOf, newestFrom} from '../../protocol/output.ts'

/** What is kept of everything a script has printed. Always: `outputEnd` = `dropped` + bytes in `output`. */
export interface KeptOutput {
  /** The newest bytes, at most the limit; where bytes were lost in between, what follows is joined to what came before. */
  output: Uint8Array
  /** How many bytes were printed, as far as we know. */
  outputEnd: number
  /** Bytes printed and not kept. */
  dropped: number
}

export interface ToldPart {
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
export function appendOutput(kept: KeptOutput, part: ToldPart, limit: number = LIMITS.outputBytes): KeptOutput {
  const told = {offset: part.offset ?? kept.outputEnd + (part.agentDropped ?? 0), bytes: part.bytes}
  const outputEnd = Math.max(kept.outputEnd, endOf(told))
  if (outputEnd === kept.outputEnd) return kept
  const output = joinNewest(kept.output, beyond(kept.outputEnd, told).bytes, limit)
  return {output, outputEnd, dropped: outputEnd - output.length}
}

function joinNewest(before: Uint8Array, after: Uint8Array, limit: number): Uint8Array {
  const from = newestFrom(0, before.length + after.length, limit)
  if (from >= before.length) return after.slice(from - before.length)
  const keep = before.subarray(from)
  const joined = new Uint8Array(keep.length + after.length)
  joined.set(keep)
  joined.set(after, keep.length)
  return joined
}
