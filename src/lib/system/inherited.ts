import {closeSync, readdirSync, readFileSync} from 'node:fs'

const CLOSE_ON_EXEC = 0o2000000
const FIRST_OTHER = 3

/**
 * Closes what whoever started us had open and did not keep to itself, such as a lock or the end of a pipe: we run for long, and all that we
 * start would get it too. Node closes the first sixteen, and opens everything of its own close-on-exec, by which the rest are told. Linux only.
 */
export function closeInherited(environment: Readonly<Record<string, string | undefined>>): void {
  for (const fd of openDescriptors()) {
    if (fd < FIRST_OTHER || fd === Number(environment['NODE_CHANNEL_FD']) || isOurs(fd)) continue
    try {
      closeSync(fd)
    } catch {
      // It was the one that the list was read with.
    }
  }
}

function openDescriptors(): number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number)
  } catch {
    return []
  }
}

/** Source: proc(5), fdinfo: `flags` in octal. What cannot be told is left alone. */
function isOurs(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1]
    return flags === undefined || (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) !== 0
  } catch {
    return true
  }
}
