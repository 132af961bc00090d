/** How many bytes at the end begin a UTF-8 character that is not there as a whole yet: 0 to 3. Bytes that can begin none count as whole. */
export function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if ((byte & 0b1100_0000) === 0b1000_0000) continue // in the middle of a character: look further back
    return back < lengthOf(byte) ? back : 0
  }
  return 0
}

/** How many bytes at the start belong to a character that began before: 0 to 3. */
export function orphanedBytes(bytes: Uint8Array): number {
  let count = 0
  while (count < 3 && ((bytes[count] ?? 0) & 0b1100_0000) === 0b1000_0000) count++
  return count
}

function lengthOf(first: number): number {
  if (first >= 0xf0 && first <= 0xf4) return 4
  if (first >= 0xe0 && first <= 0xef) return 3
  return first >= 0xc2 && first <= 0xdf ? 2 : 1
}
