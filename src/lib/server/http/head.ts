import type {IncomingMessage} from 'node:http'

/**
 * The longest URL that is served. Official clients put every parameter in the query, percent-encoded: a script of 24 KB in Base64
 * takes up to 72 KB there, a file of 32 KB up to 96 KB, twenty tags and the texts beside it the rest.
 */
export const MOST_URL_BYTES = 256 * 1024
/** All headers together; they hold no parameters. */
const MOST_HEADER_BYTES = 16 * 1024
const MOST_HEADERS = 100

/** What the parser takes at most: a little more than we do, so that what is too long is mostly answered by us. */
export const MOST_HEAD_BYTES = 512 * 1024

/** Why a request whose head was read is not served; one line for its caller. */
export function headProblem({url = '', rawHeaders}: Pick<IncomingMessage, 'url' | 'rawHeaders'>): string | undefined {
  if (rawHeaders.length > 2 * MOST_HEADERS) return `A request may have at most ${MOST_HEADERS} headers.`
  const headerBytes = rawHeaders.reduce((bytes, text) => bytes + text.length + 2, 0)
  if (headerBytes > MOST_HEADER_BYTES) {
    return `The headers of a request may have at most ${MOST_HEADER_BYTES} bytes; given: ${headerBytes}.`
  }
  if (url.length <= MOST_URL_BYTES) return undefined
  return `The URL may have at most ${MOST_URL_BYTES} bytes; given: ${url.length}. Send the parameters as a form in the body.`
}
