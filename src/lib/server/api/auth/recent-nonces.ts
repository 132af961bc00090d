import {createHash} from 'node:crypto'

/** Remembers what was used lately, in memory: enough where a repetition after a restart would only be told the same once more. */
export interface RecentNonces {
  /** False when it was used in the last `keptMs`. */
  reserve(accessKeyId: string, nonce: string, monotonicMs: number): boolean
}

const GENERATIONS = 4

/** Forgets by the generation, a third of `keptMs` each, so that no entry needs a time of its own. */
export function createRecentNonces(keptMs: number): RecentNonces {
  const generationMs = keptMs / (GENERATIONS - 1)
  let generations: Array<Set<string>> = [new Set()]
  let begunMs = Number.NEGATIVE_INFINITY
  const turn = (nowMs: number): void => {
    if (nowMs - begunMs < generationMs) return
    const isAllOld = nowMs - begunMs >= keptMs + generationMs
    generations = [new Set(), ...(isAllOld ? [] : generations.slice(0, GENERATIONS - 1))]
    begunMs = nowMs
  }
  return {
    reserve: (accessKeyId, nonce, nowMs) => {
      turn(nowMs)
      const key = createHash('sha1').update(`${accessKeyId} ${nonce}`).digest().toString('latin1')
      if (generations.some((seen) => seen.has(key))) return false
      generations[0]?.add(key)
      return true
    },
  }
}
