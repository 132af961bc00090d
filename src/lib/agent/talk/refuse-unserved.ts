import type {Logger} from '../../core/log.ts'
import {AGENT_PATHS} from '../../protocol/agent/paths.ts'
import {decodeUnserved, encodeRefusal, type UnservedItem} from '../../protocol/agent/unserved.ts'
import type {Connection} from './connection.ts'

const TIMEOUT_MS = 5000

/**
 * Answers the items of a task list that this agent cannot serve, so that nobody waits for them in vain. An answer that gets lost is given
 * again with the next list that has the item.
 */
export function refuseUnserved(connection: Connection, log: Logger): Connection {
  return async (call) => {
    const answer = await connection(call)
    if (call.path === AGENT_PATHS.taskList)
      for (const item of decodeUnserved(answer.text)) void refuseItem(connection, log, item)
    return answer
  }
}

/** Never rejects. */
export async function refuseItem(connection: Connection, log: Logger, item: UnservedItem): Promise<void> {
  log.warn('this agent serves neither files nor sessions', {...item})
  try {
    await connection({method: 'POST', ...encodeRefusal(item), text: new Uint8Array(), timeoutMs: TIMEOUT_MS})
  } catch (error) {
    log.warn('a refusal did not arrive', {...item, reason: (error as Error).message})
  }
}
