/** One line about where a run stands: `3 of 10 done, 1 failed, 5 running, 2 pending, 1m 20s`. */
export function progressLine(statuses: readonly string[], total: number, elapsedMs: number): string {
  const count = (...names: string[]): number => statuses.filter((status) => names.includes(status)).length
  const running = count('Running', 'Stopping')
  const pending = total - statuses.length + count('Pending')
  const scheduled = count('Scheduled')
  const done = total - running - pending - scheduled
  const failed = done - count('Success')
  const parts = [
    `${done} of ${total} done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(running > 0 ? [`${running} running`] : []),
    ...(pending > 0 ? [`${pending} pending`] : []),
    ...(scheduled > 0 ? [`${scheduled} scheduled`] : []),
  ]
  return `${parts.join(', ')}, ${elapsedText(elapsedMs)}`
}

/** `45s`, `1m 20s`, `2h 5m`. */
export function elapsedText(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`
  return `${Math.floor(seconds / 3600)}h ${Math.floor((seconds % 3600) / 60)}m`
}
