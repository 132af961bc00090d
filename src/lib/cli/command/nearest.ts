/** The candidate that was probably meant: the shortest that goes on from there, else one of whose letters at most a third differ. */
export function nearest(given: string, candidates: Iterable<string>): string | undefined {
  const known = [...candidates]
  return longer(given, known) ?? similar(given, known) ?? shorter(given, known)
}

const SHORTEST_BEGINNING = 3

function longer(given: string, known: readonly string[]): string | undefined {
  if (given.length < SHORTEST_BEGINNING) return undefined
  const begun = known.filter((candidate) => candidate.toLowerCase().startsWith(given.toLowerCase()))
  return begun.sort((a, b) => a.length - b.length)[0]
}

/** `instance-id` for `instance`. */
function shorter(given: string, known: readonly string[]): string | undefined {
  const parts = known.filter((candidate) => given.toLowerCase().startsWith(`${candidate.toLowerCase()}-`))
  return parts.sort((a, b) => b.length - a.length)[0]
}

function similar(given: string, candidates: readonly string[]): string | undefined {
  let best: {candidate: string; distance: number} | undefined
  for (const candidate of candidates) {
    const distance = editDistance(given.toLowerCase(), candidate.toLowerCase())
    if (distance <= Math.max(1, Math.floor(candidate.length / 3)) && (!best || distance < best.distance)) {
      best = {candidate, distance}
    }
  }
  return best?.candidate
}

/** Insertions, deletions, replacements and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({length: b.length + 1}, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(beforeLast, j - 2) + 1 : Infinity
      row.push(Math.min(at(row, j - 1) + 1, at(last, j) + 1, replaced, swapped))
    }
    beforeLast = last
    last = row
  }
  return at(last, b.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity
}
