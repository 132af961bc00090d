import {Fault} from '../../protocol/ecs/faults.ts'
import type {Room} from '../rules/room.ts'

export const MOST_BODY_BYTES = 1024 * 1024
/** A body that is too long is read this far, to find out in which format its caller wants to hear so. */
const MOST_READ_BYTES = 2 * MOST_BODY_BYTES

const WAIT_MS = 1000

/**
 * Reads a body, at most so much of it that `isTooLong` is known for sure and its parameters are likely to have come.
 * @throws Fault Throttling when too much of this source's is being read already.
 */
export async function readBody(
  request: Request,
  from: {source: string; room: Room},
): Promise<{bytes: Uint8Array; isTooLong: boolean}> {
  if (request.body === null) return {bytes: new Uint8Array(), isTooLong: false}
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
      if (!from.room.take(from.source, chunk.length)) {
        throw new Fault('Throttling', 'Too many large requests of yours are under way; try again later.', {
          retryAfterMs: WAIT_MS,
        })
      }
      size += chunk.length
      chunks.push(chunk)
      if (size > MOST_READ_BYTES) break
    }
  } catch (error) {
    if (error instanceof Fault) throw error
    // The caller has hung up and reads nothing of this; it is no failure of ours.
    throw new Fault('InvalidParameter.Body', 'The request broke off.')
  } finally {
    from.room.giveBack(from.source, size)
  }
  return {bytes: Buffer.concat(chunks), isTooLong: size > MOST_BODY_BYTES}
}
