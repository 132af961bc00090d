import {AgentRefusal} from './answer.ts'

const EMPTY = new Uint8Array(0)

/**
 * Reads at most `limit` bytes; whatever comes beyond is not read.
 * @throws AgentRefusal 413 when there is more, 415 when it is compressed, 400 when it breaks off.
 */
export async function readBody(request: Request, limit: number): Promise<Uint8Array> {
  const encoding = request.headers.get('content-encoding')
  if (encoding !== null && encoding.toLowerCase() !== 'identity') {
    throw new AgentRefusal(415, 'Compressed bodies are not supported.')
  }
  const length = request.headers.get('content-length')
  if (length === '0') return EMPTY
  if (length !== null && !(Number(length) <= limit)) throw tooLarge(limit)
  try {
    // With a length, the HTTP parser reads no more than that.
    return length === null ? await readChunks(request, limit) : new Uint8Array(await request.arrayBuffer())
  } catch (error) {
    if (error instanceof AgentRefusal) throw error
    throw new AgentRefusal(400, 'The body broke off.')
  }
}

async function readChunks(request: Request, limit: number): Promise<Uint8Array> {
  if (request.body === null) return EMPTY
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > limit) throw tooLarge(limit)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function tooLarge(limit: number): AgentRefusal {
  return new AgentRefusal(413, `The body may have at most ${limit} bytes.`)
}
