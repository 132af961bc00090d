/** Scripts mostly wait for something. */
const PER_CORE = 8
const MEMORY_BYTES = 64 * 1024 * 1024
const LEAST = 4
const MOST = 100

/** How many scripts a machine runs at once, unless it is told how many. */
export function slotsFor({cores, memoryBytes}: {cores: number; memoryBytes: number}): number {
  const fitting = Math.floor(memoryBytes / MEMORY_BYTES)
  return Math.min(MOST, Math.max(LEAST, Math.min(cores * PER_CORE, fitting)))
}
