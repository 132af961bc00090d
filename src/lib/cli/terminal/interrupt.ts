/**
 * Aborts at the first Ctrl-C (or SIGTERM), so that a command can say what goes on remotely; by then nobody listens any more, so that
 * the second one ends the process at once, the way the system does it.
 */
export function catchInterrupt(): {signal: AbortSignal; release(): void} {
  const controller = new AbortController()
  const release = (): void => {
    process.removeListener('SIGINT', onSignal)
    process.removeListener('SIGTERM', onSignal)
  }
  const onSignal = (): void => {
    release()
    controller.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {signal: controller.signal, release}
}
