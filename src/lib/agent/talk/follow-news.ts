import type {Follow} from '../../protocol/agent/follow.ts'

/** Undefined: nobody follows. */
type Hearer = (follow: Follow | undefined) => void

/** Who follows which run is told with the answers to its reports; the run is to hear it. */
export class FollowNews {
  readonly #hearers = new Map<string, Hearer>()

  /** Returns how to hear no more. */
  hear(taskId: string, hearer: Hearer): () => void {
    this.#hearers.set(taskId, hearer)
    return () => this.#hearers.delete(taskId)
  }

  tell(taskId: string, follow: Follow | undefined): void {
    this.#hearers.get(taskId)?.(follow)
  }
}
