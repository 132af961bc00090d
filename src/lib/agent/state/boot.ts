import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {writeWhole} from './files.ts'
import {NAMES} from './names.ts'

/** A moment that is computed from two clocks falls into one minute or the next; their drift does the rest. */
const SAME_MINUTES = 2

/** Whether two ids name the same boot: equal ones, or moments of a boot in minutes (`b29000000`) that are as good as equal. */
export function isSameBoot(one: string, other: string): boolean {
  if (one === other) return true
  const [minute, otherMinute] = [minuteOf(one), minuteOf(other)]
  return minute !== undefined && otherMinute !== undefined && Math.abs(minute - otherMinute) <= SAME_MINUTES
}

/** The id of this boot, as an earlier agent has kept it if one has: names of runs have it in them. */
export function settleBootId(stateDir: string, bootId: string): string {
  const kept = read(join(stateDir, NAMES.boot))
  return kept !== undefined && isSameBoot(kept, bootId) ? kept : bootId
}

function minuteOf(bootId: string): number | undefined {
  const [, minutes] = /^b(\d{1,12})$/.exec(bootId) ?? []
  return minutes === undefined ? undefined : Number(minutes)
}

/** Knows whether an agent has heard from the server in this boot of the machine before. */
export class Boot {
  /** None has. */
  readonly isCold: boolean
  readonly #file: string
  readonly #bootId: string
  #isNoted: boolean

  constructor(stateDir: string, bootId: string) {
    this.#file = join(stateDir, NAMES.boot)
    this.#bootId = bootId
    this.isCold = read(this.#file) !== bootId
    this.#isNoted = !this.isCold
  }

  /** For the next agent. @throws a system error */
  note(): void {
    if (!this.#isNoted) writeWhole(this.#file, this.#bootId)
    this.#isNoted = true
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
