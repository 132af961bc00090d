/**
 * Where output lies. A position counts bytes from the first one a script printed, whoever holds them. Agent, server and client all reckon
 * with these: what is held or told is a part, and whatever is neither held nor on its way was dropped.
 */
export interface OutputPart {
  /** Position of the first byte. */
  offset: number
  bytes: Uint8Array
}

/** Position after the last byte of a part. */
export function endOf({offset, bytes}: OutputPart): number {
  return offset + bytes.length
}

/** What of a part is new to whoever knows everything before `position`, and how many bytes lie between that nobody told. */
export function beyond(position: number, part: OutputPart): {bytes: Uint8Array; lost: number} {
  const known = Math.min(part.bytes.length, Math.max(0, position - part.offset))
  const lost = part.bytes.length === known ? 0 : Math.max(0, part.offset - position)
  return {bytes: part.bytes.subarray(known), lost}
}

/** Where the newest `limit` bytes of [`from`, `to`) begin. */
export function newestFrom(from: number, to: number, limit: number): number {
  return Math.max(from, to - limit)
}
