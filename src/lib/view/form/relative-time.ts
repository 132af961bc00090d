const STEPS: ReadonlyArray<readonly [unit: string, ms: number]> = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
]
/** Beyond this the day says more. */
const LONGEST_MS = 30 * 86_400_000

/** `5m ago`, `in 2h`, `2030-01-02` for what is far away. Text that is no time comes back as it is. */
export function relativeTime(iso: string, nowMs: number): string {
  const thenMs = Date.parse(iso)
  if (!/^\d{4}-/.test(iso) || Number.isNaN(thenMs)) return iso
  const distanceMs = Math.abs(nowMs - thenMs)
  if (distanceMs > LONGEST_MS) return iso.slice(0, 10)
  const [unit, ms] = STEPS.find(([, size]) => distanceMs >= size) ?? ['s', 1000]
  const amount = `${Math.floor(distanceMs / ms)}${unit}`
  return thenMs > nowMs ? `in ${amount}` : `${amount} ago`
}
