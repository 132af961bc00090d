import {beyond, endOf, type OutputPart} from '../../protocol/output.ts'
import type {KeptOutput, ToldPart} from './output.ts'

/** The kept bytes where they belong: what lies in front of a gap in their midst, and what lies behind it. */
export function partsOf(kept: Pick<KeptOutput, 'output' | 'outputEnd' | 'gapAfter' | 'gapBytes'>): OutputPart[] {
  const {output, outputEnd, gapAfter, gapBytes} = kept
  if (output.length === 0) return []
  if (gapBytes === 0) return [{offset: outputEnd - output.length, bytes: output}]
  return [
    {offset: outputEnd - output.length - gapBytes, bytes: output.subarray(0, gapAfter)},
    {offset: outputEnd - (output.length - gapAfter), bytes: output.subarray(gapAfter)},
  ]
}

/** What `part` takes out of the kept bytes, or never lets in, of all from `floor` on: whoever has read up to there would miss it. */
export function pushedOut(before: KeptOutput, part: ToldPart, after: KeptOutput, floor: number): OutputPart[] {
  const told = {offset: part.offset ?? before.outputEnd + (part.agentDropped ?? 0), bytes: part.bytes}
  const fresh = {offset: Math.max(told.offset, before.outputEnd), bytes: beyond(before.outputEnd, told).bytes}
  const stays = partsOf(after)[0]?.offset ?? after.outputEnd
  return [...partsOf(before), fresh].map((one) => clip(one, floor, stays)).filter(({bytes}) => bytes.length > 0)
}

/** Of parts in their order: what comes next for whoever has everything before `position`, as far as it hangs together. */
export function nextPart(position: number, parts: readonly OutputPart[], mostBytes: number): OutputPart | undefined {
  const ahead = parts.filter((part) => endOf(part) > position)
  const offset = Math.max(position, ahead[0]?.offset ?? position)
  const pieces: Uint8Array[] = []
  let end = offset
  for (const part of ahead) {
    if (part.offset > end || end - offset >= mostBytes) break
    const {bytes} = clip(part, end, offset + mostBytes)
    pieces.push(bytes)
    end += bytes.length
  }
  return end > offset ? {offset, bytes: Buffer.concat(pieces)} : undefined
}

function clip({offset, bytes}: OutputPart, from: number, to: number): OutputPart {
  const start = Math.min(bytes.length, Math.max(0, from - offset))
  return {offset: offset + start, bytes: bytes.subarray(start, Math.max(start, to - offset))}
}
