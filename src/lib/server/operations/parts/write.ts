import {parseJson} from '../../../core/json.ts'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {type Fields, isFields} from '../../../protocol/ecs/fields.ts'
import {appendAudit} from '../../store/calls/audit.ts'
import {keepAnswer, reserveClientToken} from '../../store/calls/client-tokens.ts'
import type {Tx} from '../../store/database.ts'
import {type Call, requestHash} from '../operation.ts'

export interface Written {
  fields: Fields
  /** Ids that the call touched, for the audit. */
  targets: readonly string[]
  /** SHA-256 of the script, for the audit. */
  scriptHash?: string
  /** Wakes whoever waits; not called when an earlier answer was repeated. */
  afterCommit?: () => void
}

/**
 * Runs a write call in one transaction with its client token and its audit row: all of it is durable before the caller hears of it,
 * or nothing happened. A call that repeats an earlier one gets that one's answer. The answer is stored sealed, because that of
 * CreateActivation holds a secret.
 */
export async function write(
  call: Call,
  clientToken: string | undefined,
  work: (tx: Tx) => Promise<Written>,
): Promise<Fields> {
  const {deps, accountId, nowMs} = call
  const written = await deps.db.write(async (tx): Promise<Written> => {
    if (clientToken !== undefined) {
      const earlier = await reserveClientToken(tx, {accountId, token: clientToken, requestHash: hashOf(call), nowMs})
      if (earlier.state === 'taken') throw new Fault('IdempotentParameterMismatch')
      if (earlier.state === 'repeated') return {fields: readAnswer(call, earlier.responseJson), targets: []}
    }
    const done = await work(tx)
    if (clientToken !== undefined) {
      await keepAnswer(tx, accountId, clientToken, deps.secrets.seal(JSON.stringify(done.fields)))
    }
    await appendAudit(tx, {
      atMs: nowMs,
      accountId,
      caller: call.accessKeyId,
      action: call.action,
      targets: done.targets,
      requestId: call.requestId,
      source: call.source,
      ...(done.scriptHash !== undefined && {scriptHash: done.scriptHash}),
    })
    return done
  })
  written.afterCommit?.()
  return written.fields
}

/** @throws Error when it is not what was kept, as with another key: doing it all again would be worse than a failure. */
function readAnswer({deps}: Call, sealed: string): Fields {
  const fields = parseJson(deps.secrets.open(sealed))
  if (isFields(fields)) return fields
  throw new Error('The answer that is kept for a client token cannot be read.')
}

function hashOf(call: Call): string {
  return requestHash(call, ['ClientToken'])
}

/**
 * Does `work` now, but fails only when asked for the outcome: a check that depends on the time must not refuse the repetition of a
 * call that was accepted.
 */
export function attempt<T>(work: () => T): () => T {
  try {
    const value = work()
    return () => value
  } catch (error) {
    return () => {
      throw error
    }
  }
}
