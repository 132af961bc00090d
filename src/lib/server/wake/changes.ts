/** Tells waiting requests that an invocation has changed. In one process by memory; between replicas by the database's notifications. */
export interface Changes {
  notify(invokeId: string): void
  /** Listens from now on, until it is ended or the signal aborts. */
  watch(invokeId: string, signal?: AbortSignal): Watch
  /** For one wait: resolves at the next notification of this invocation, or after `ms`. */
  next(invokeId: string, ms: number): Promise<void>
}

export interface Watch {
  /**
   * Resolves at the next notification, or at once if one has come since the last time; after `ms`; or when aborted: a hint to look again,
   * nothing more.
   */
  next(ms: number): Promise<void>
  end(): void
}

export function createChanges(): Changes {
  const watching = new Map<string, Set<() => void>>()
  const changes: Changes = {
    notify: (invokeId) => {
      for (const hear of watching.get(invokeId) ?? []) hear()
    },
    next: async (invokeId, ms) => {
      const watch = changes.watch(invokeId)
      await watch.next(ms)
      watch.end()
    },
    watch: (invokeId, signal) => {
      let heard = false
      let wake: (() => void) | undefined
      const hear = (): void => {
        heard = true
        wake?.()
      }
      const end = (): void => {
        const hearers = watching.get(invokeId)
        hearers?.delete(hear)
        if (hearers?.size === 0) watching.delete(invokeId)
        signal?.removeEventListener('abort', hear)
      }
      const hearers = watching.get(invokeId) ?? new Set()
      watching.set(invokeId, hearers.add(hear))
      signal?.addEventListener('abort', hear, {once: true})
      return {end, next: (ms) => next(ms)}

      async function next(ms: number): Promise<void> {
        if (!heard && !signal?.aborted) {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, ms)
            wake = () => {
              clearTimeout(timer)
              resolve()
            }
          })
        }
        heard = false
        wake = undefined
      }
    },
  }
  return changes
}
