import {SIGNATURE_HEADERS} from '../../../protocol/agent/signature.ts'
import type {Guess, Guesses} from '../../guesses.ts'
import type {Admission} from '../../http/connections.ts'
import {AgentRefusal, WrongSignature} from '../answer.ts'

/**
 * Whoever is often wrong about an instance waits before anything is looked up or verified again, and stands in the audit.
 * @throws AgentRefusal 429, or what `authenticate` throws.
 */
export async function slowGuesses<T>(
  guesses: Guesses,
  request: {source: string; header(name: string): string | null},
  authenticate: () => Promise<T>,
): Promise<T> {
  const id = request.header(SIGNATURE_HEADERS.instanceId) ?? ''
  const guess: Guess = {source: request.source, kind: 'Instance', id}
  const waitMs = guesses.waitMs(guess)
  if (waitMs > 0) throw new AgentRefusal(429, 'Too many wrong signatures for this instance from here.', waitMs)
  try {
    return await authenticate()
  } catch (error) {
    if (error instanceof WrongSignature) await guesses.wrong(guess, '401')
    throw error
  }
}

/** Agents come back by themselves, spread over a longer time than this. */
const FULL_WAIT_MS = 30_000

/** @throws AgentRefusal 503 or 429 */
export function checkAdmitted(admission: Admission | undefined): void {
  if (admission === 'full') {
    throw new AgentRefusal(503, 'The server has as many connections of agents as it may.', FULL_WAIT_MS)
  }
  if (admission === 'tooMany') {
    throw new AgentRefusal(429, 'This instance has as many connections as it may.', FULL_WAIT_MS)
  }
}
