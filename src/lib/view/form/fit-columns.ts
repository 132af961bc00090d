/** A column as far as its width goes. */
export interface Sized {
  /** Of its widest cell, or of its label. */
  width: number
  isExtra: boolean
  isEmpty: boolean
}

/** Between two columns. */
export const GAP = 2
const NARROWEST = 8

/**
 * Which columns to show, and how wide at most, so that a row fits a line of `total`. First the empty ones go, then those that are only extra,
 * the last first; then the widest shrinks. The first column, an id to be copied, keeps its width as long as any other can give.
 */
export function fitColumns(columns: readonly Sized[], total: number): Array<{index: number; width: number}> {
  let kept = columns.map((column, index) => ({...column, index}))
  const excess = (): number => kept.reduce((sum, {width}) => sum + width + GAP, -GAP) - total
  for (const mayGo of [isEmpty, isExtra]) {
    while (excess() > 0) {
      const goes = kept.findLast((column) => column.index > 0 && mayGo(column))
      if (!goes) break
      kept = kept.filter((column) => column !== goes)
    }
  }
  for (const candidates of [kept.slice(1), kept]) {
    while (excess() > 0) {
      const widest = candidates.reduce<(typeof kept)[number] | undefined>(
        (best, column) => (best && best.width >= column.width ? best : column),
        undefined,
      )
      if (!widest || widest.width <= NARROWEST) break
      const second = Math.max(NARROWEST, ...candidates.filter((column) => column !== widest).map(({width}) => width))
      const step = Math.max(1, Math.min(excess(), widest.width - Math.min(second, widest.width - 1)))
      widest.width = Math.max(NARROWEST, widest.width - step)
    }
  }
  return kept.map(({index, width}) => ({index, width}))
}

const isEmpty = (column: Sized): boolean => column.isEmpty
const isExtra = (column: Sized): boolean => column.isExtra
