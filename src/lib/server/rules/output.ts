import {counted} from '../../core/count.ts'
import {LIMITS} from '../../protocol/ecs/limits.ts'
import {beyond, endOf, newestFrom} from '../../protocol/output.ts'

/** What is kept of everything a script has printed. Always: `outputEnd` = `dropped` + bytes in `output`. */
export interface KeptOutput {
  /** The newest bytes, at most the limit; where bytes were lost in between, what follows is joined to what came before, and `gap…` knows. */
  output: Uint8Array
  /** How many bytes were printed, as far as we know. */
  outputEnd: number
  /** Bytes printed and not kept. */
  dropped: number
  /** How many bytes of `output` lie in front of the newest gap in it. */
  gapAfter: number
  /** How many bytes are missing there; 0: none are. */
  gapBytes: number
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

export const NO_OUTPUT: KeptOutput = {output: new Uint8Array(0), outputEnd: 0, dropped: 0, gapAfter: 0, gapBytes: 0}

/**
 * Adds a part. What lies below `outputEnd` is known already and skipped, so a part told twice changes nothing, whatever it says the
 * second time; a part that starts beyond it counts the bytes between as dropped.
 */
export function appendOutput(kept: KeptOutput, part: ToldPart, limit: number = LIMITS.outputBytes): KeptOutput {
  const told = {offset: part.offset ?? kept.outputEnd + (part.agentDropped ?? 0), bytes: part.bytes}
  const outputEnd = Math.max(kept.outputEnd, endOf(told))
  if (outputEnd === kept.outputEnd) return kept
  const fresh = beyond(kept.outputEnd, told).bytes
  const output = joinNewest(kept.output, fresh, limit)
  const cut = kept.output.length + fresh.length - output.length
  return {output, outputEnd, dropped: outputEnd - output.length, ...gapOf(kept, told.offset - kept.outputEnd, cut)}
}

/** The kept bytes as they may be shown: where some are missing in their midst, that is said in their place. */
export function markGap(kept: Pick<KeptOutput, 'output' | 'gapAfter' | 'gapBytes'>): Uint8Array {
  const {output, gapAfter, gapBytes} = kept
  if (gapBytes === 0) return output
  const mark = `\n[${counted(gapBytes, 'byte')} missing here]\n`
  return Buffer.concat([output.subarray(0, gapAfter), Buffer.from(mark), output.subarray(gapAfter)])
}

/** A gap in front of everything that is kept is none: `dropped` tells of it. */
function gapOf(kept: KeptOutput, lost: number, cut: number): Pick<KeptOutput, 'gapAfter' | 'gapBytes'> {
  const isNew = lost > 0 && kept.output.length > 0
  const gap = isNew ? {after: kept.output.length, bytes: lost} : {after: kept.gapAfter, bytes: kept.gapBytes}
  return gap.bytes > 0 && gap.after > cut
    ? {gapAfter: gap.after - cut, gapBytes: gap.bytes}
    : {gapAfter: 0, gapBytes: 0}
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
