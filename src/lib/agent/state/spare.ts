import {createHash} from 'node:crypto'
import {lstatSync, type Stats} from 'node:fs'
import {join, resolve} from 'node:path'
import {makeFolder} from './files.ts'

/**
 * A folder elsewhere, best in memory, for when the agent's own takes nothing more. The same one for the same agent, so that the next
 * agent finds what was left there. `roots` may be open to everybody: what stands there and is not ours alone is not used.
 * @returns undefined when none can be had.
 */
export function openSpareFolder(roots: readonly string[], stateDir: string): string | undefined {
  const found = findSpareFolder(roots, stateDir)
  if (found !== undefined) return found
  for (const root of roots) {
    const path = spareFolder(root, stateDir)
    try {
      makeFolder(path)
    } catch {
      continue // the next may do
    }
    if (isOurs(look(path))) return path
  }
  return undefined
}

/** The one that was made before. */
export function findSpareFolder(roots: readonly string[], stateDir: string): string | undefined {
  return roots.map((root) => spareFolder(root, stateDir)).find((path) => isOurs(look(path)))
}

function spareFolder(root: string, stateDir: string): string {
  return join(root, `assist-agent-${createHash('sha256').update(resolve(stateDir)).digest('hex').slice(0, 16)}`)
}

function look(path: string): Stats | undefined {
  return lstatSync(path, {throwIfNoEntry: false})
}

/** 0711 once scripts of other users were in it. */
function isOurs(info: Stats | undefined): boolean {
  if (info === undefined || !info.isDirectory()) return false
  return info.uid === process.getuid?.() && (info.mode & 0o066) === 0
}
