/** Why a command was told to stop. */
export class Interrupted extends Error {
  /** Which signal it was. */
  readonly signal: NodeJS.Signals

  constructor(signal: NodeJS.Signals) {
    super(`got ${signal}`)
    this.signal = signal
  }
}

export function isTerminated({reason}: AbortSignal): boolean {
  return reason instanceof Interrupted && reason.signal === 'SIGTERM'
}

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
  const onSignal = (name: NodeJS.Signals): void => {
    release()
    controller.abort(new Interrupted(name))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {signal: controller.signal, release}
}
