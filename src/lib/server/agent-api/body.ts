import type {Room} from '../rules/room.ts'
import {AgentRefusal} from './answer.ts'

const EMPTY = new Uint8Array(0)
const SHORT_BYTES = 64 * 1024

export interface BodyReading {
  /** Most bytes. */
  limit: number
  source: string
  room: Room
}

/**
 * Reads at most `limit` bytes; whatever comes beyond is not read.
 * @throws AgentRefusal 413 when there is more, 415 when it is compressed, 429 when too much of this source's is being read already, 400
 * when it breaks off.
 */
export async function readAgentBody(request: Request, reading: BodyReading): Promise<Uint8Array> {
  const encoding = request.headers.get('content-encoding')
  if (encoding !== null && encoding.toLowerCase() !== 'identity') {
    throw new AgentRefusal(415, 'Compressed bodies are not supported.')
  }
  const length = request.headers.get('content-length')
  if (length === '0' || request.body === null) return EMPTY
  if (length !== null && !(Number(length) <= reading.limit)) throw tooLarge(reading.limit)
  try {
    // With a short length, the HTTP parser reads no more than that, and the room is not worth asking for.
    const isShort = length !== null && Number(length) <= SHORT_BYTES
    return isShort ? new Uint8Array(await request.arrayBuffer()) : await readChunks(request.body, reading)
  } catch (error) {
    if (error instanceof AgentRefusal) throw error
    throw new AgentRefusal(400, 'The body broke off.')
  }
}

async function readChunks(body: ReadableStream<Uint8Array>, {limit, source, room}: BodyReading): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      if (!room.take(source, chunk.length)) throw new AgentRefusal(429, 'Too many large requests are under way.')
      size += chunk.length
      if (size > limit) throw tooLarge(limit)
      chunks.push(chunk)
    }
  } finally {
    room.giveBack(source, size)
  }
  return Buffer.concat(chunks)
}

function tooLarge(limit: number): AgentRefusal {
  return new AgentRefusal(413, `The body may have at most ${limit} bytes.`)
}
