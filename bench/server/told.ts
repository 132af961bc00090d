/** Lets the process that forked this one call it: `{id, name, input}` is answered by `{id, result}` or `{id, error}`. */
export function serveParent(actions: Readonly<Record<string, (input: never) => unknown>>): void {
  process.on('message', (message: {id: number; name: string; input: never}) => {
    const {id, name, input} = message
    void (async () => actions[name]?.(input))()
      .then((result) => ({id, result}))
      .catch((error: unknown) => ({id, error: error instanceof Error ? (error.stack ?? error.message) : String(error)}))
      .then((answer) => process.send?.(answer))
  })
  process.on('disconnect', () => process.exit(0))
}

/** Does `work` for each item, so many at once. */
export async function inParallel<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length) await work(items[next++] as T)
  }
  await Promise.all(Array.from({length: Math.min(atOnce, items.length)}, worker))
}
