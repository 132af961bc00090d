/** Tells waiting requests that an invocation has changed. In one process by memory; between replicas by the database's notifications. */
export interface Changes {
  notify(invokeId: string): void
  /** Resolves at the next notification of this invocation, after `ms`, or when aborted: a hint to look again, nothing more. */
  next(invokeId: string, ms: number, signal?: AbortSignal): Promise<void>
}

export function createChanges(): Changes {
  const waiting = new Map<string, Set<() => void>>()
  return {
    notify: (invokeId) => {
      for (const wake of waiting.get(invokeId) ?? []) wake()
    },
    next: (invokeId, ms, signal) =>
      new Promise((resolve) => {
        const wakers = waiting.get(invokeId) ?? new Set()
        waiting.set(invokeId, wakers)
        const wake = (): void => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', wake)
          wakers.delete(wake)
          if (wakers.size === 0) waiting.delete(invokeId)
          resolve()
        }
        const timer = setTimeout(wake, ms)
        wakers.add(wake)
        if (signal?.aborted) wake()
        else signal?.addEventListener('abort', wake, {once: true})
      }),
  }
}
