import {randomUuid} from '../core/random-text.ts'
import type {ServerDeps} from './deps.ts'
import {createAttempts} from './rules/attempts.ts'
import {appendAudit} from './store/calls/audit.ts'

/** A try to be somebody: a signature by an access key or an instance, or a registration with an activation. */
export interface Guess {
  /** Address it came from. */
  source: string
  kind: 'AccessKey' | 'Activation' | 'Instance'
  /** The id that was claimed. */
  id: string
}

/** Slows the guessing of secrets, and records it. */
export interface Guesses {
  /** Milliseconds until this may be tried again; 0: now. */
  waitMs(guess: Guess): number
  /** Counts one that was wrong. Never rejects. */
  wrong(guess: Guess, code: string): Promise<void>
}

/** Enough for whoever mistypes, and for a fleet that was rolled out with an old secret to be noticed. */
const BURST = 30
const EVERY_MS = 2000
/** Rows that strangers can make us write, by whatever names they go. */
const ROWS = {burst: 100, everyMs: 10_000}

export function createGuesses(deps: Pick<ServerDeps, 'db' | 'clock' | 'randomBytes' | 'log'>): Guesses {
  const attempts = createAttempts({burst: BURST, everyMs: EVERY_MS})
  const rows = createAttempts(ROWS)
  const record = async ({source, kind, id}: Guess, result: string): Promise<void> => {
    const nowMs = deps.clock.monotonic()
    if (rows.waitMs('', nowMs) > 0) return
    rows.failed('', nowMs)
    const entry = {
      atMs: deps.clock.now(),
      accountId: '',
      caller: id,
      action: `Refused.${kind}`,
      targets: [],
      requestId: randomUuid(deps.randomBytes),
      source,
      result,
    }
    await deps.db.write((tx) => appendAudit(tx, entry)).catch(() => deps.log.warn('a refusal could not be recorded'))
  }
  return {
    waitMs: (guess) => attempts.waitMs(nameOf(guess), deps.clock.monotonic()),
    wrong: async (guess, code) => {
      const known = {...guess, id: guess.id.replace(/[^\x21-\x7e]/g, '').slice(0, 64)}
      const {isFirst, isLast} = attempts.failed(nameOf(known), deps.clock.monotonic())
      if (isFirst || isLast) await record(known, isLast ? `${code} (slowed down)` : code)
    },
  }
}

function nameOf({source, kind, id}: Guess): string {
  return `${kind} ${id.replace(/[^\x21-\x7e]/g, '').slice(0, 64)} ${source}`
}
