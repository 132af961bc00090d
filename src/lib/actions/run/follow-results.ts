import type {FollowedOutput, TaskResult} from '../../ecs/api/results.ts'
import {type Fresh, NOTHING_READ, type ReadSoFar, readFresh, readNext} from './output-window.ts'
import {isFinal} from './run-result.ts'
import type {Look} from './watch-invocation.ts'

/** Hears of what happens while a run goes on. */
export interface RunListener {
  output(instanceId: string, fresh: Fresh & {isLast: boolean}): void
  changed(results: readonly TaskResult[]): void
}

/** Keeps the newest result of each instance, and hands out output byte by byte as it comes. */
export class ResultFollower {
  readonly #listener: RunListener
  readonly #tasks = new Map<string, TaskResult>()
  readonly #read = new Map<string, ReadSoFar>()
  /** Up to where there is output, of what is followed. */
  readonly #ends = new Map<string, number>()
  readonly #ended = new Set<string>()

  constructor(listener: RunListener) {
    this.#listener = listener
  }

  positionOf(instanceId: string): number {
    return this.#read.get(instanceId)?.position ?? 0
  }

  isBehind(instanceId: string): boolean {
    return (this.#ends.get(instanceId) ?? 0) > this.positionOf(instanceId)
  }

  look({results, outputs = []}: Look): void {
    const followed = new Map(outputs.map((output) => [output.instanceId, output]))
    for (const task of results) this.#take(task, followed.get(task.instanceId))
    this.#listener.changed([...this.#tasks.values()])
  }

  get(instanceId: string): TaskResult | undefined {
    return this.#tasks.get(instanceId)
  }

  #take(task: TaskResult, followed: FollowedOutput | undefined): void {
    const before = this.#tasks.get(task.instanceId)
    this.#tasks.set(task.instanceId, task)
    // A recurring task begins a new output with each round.
    const isNewRound = before !== undefined && (task.repeats ?? 0) > 1 && before.startTime !== task.startTime
    const known = (isNewRound ? undefined : this.#read.get(task.instanceId)) ?? NOTHING_READ
    const {soFar, fresh} = followed ? readNext(known, followed) : readFresh(known, task)
    this.#read.set(task.instanceId, soFar)
    if (followed) this.#ends.set(task.instanceId, followed.end)
    const isLast = isFinal(task) && !this.isBehind(task.instanceId) && !this.#ended.has(task.instanceId)
    if (isLast) this.#ended.add(task.instanceId)
    if (fresh.bytes.length > 0 || fresh.lost > 0 || isLast) this.#listener.output(task.instanceId, {...fresh, isLast})
  }
}
