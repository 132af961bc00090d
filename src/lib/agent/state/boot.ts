import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {writeWhole} from './files.ts'
import {NAMES} from './names.ts'

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
