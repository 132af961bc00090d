import {parseRecord} from '../../core/json.ts'
import {Fault, shortName} from '../../protocol/ecs/faults.ts'
import {flattenParameters, type ParameterValue} from '../../protocol/ecs/parameters/flatten.ts'
import {type Pairs, sha256Hex} from '../../protocol/ecs/signature.ts'
import {decodeText, decodeUrlEncoded} from './url-encoded.ts'

/** A request as both signature schemes and the operations see it. */
export interface RpcRequest {
  method: 'GET' | 'POST'
  /** Decoded, in the order given; `query` is what V3 signs. */
  query: Pairs
  /** Query and form or JSON body, each name once. */
  parameters: ReadonlyMap<string, string>
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>
  hasBody: boolean
  /** A JSON body is covered by V3 only. */
  isJsonBody: boolean
  /** Lower-case hex SHA-256 of the body as received. */
  readonly bodyHash: string
}

const PARAMETERS = 2000
/** Lists and structures of a JSON body count too, before they are flattened. */
const MOST_NODES = 2 * PARAMETERS
const AMPERSAND = 0x26
const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'

/** @throws Fault when the request cannot be read in exactly one way. */
export function decodeRequest(request: Request, body: Uint8Array): RpcRequest {
  const url = new URL(request.url)
  if (url.pathname !== '/') throw new Fault('InvalidApi.NotFound')
  if (request.method !== 'GET' && request.method !== 'POST') throw new Fault('UnsupportedHTTPMethod')
  const headers = Object.fromEntries(request.headers)
  if (headers.host === undefined) headers.host = url.host
  checkCount(url.search)
  const query = decodeUrlEncoded(url.search.slice(1), 'the query')
  const {pairs, isJson} = decodeBody(body, headers['content-type'] ?? '')
  let hash: string | undefined
  return {
    method: request.method,
    query,
    parameters: merge([...query, ...pairs]),
    headers,
    hasBody: body.length > 0,
    isJsonBody: isJson,
    // Only V3 asks for it.
    get bodyHash() {
      hash ??= sha256Hex(body)
      return hash
    },
  }
}

function decodeBody(body: Uint8Array, contentType: string): {pairs: Pairs; isJson: boolean} {
  if (body.length === 0) return {pairs: [], isJson: false}
  const type = contentType.split(';')[0]?.trim().toLowerCase()
  if (type !== FORM && type !== JSON_TYPE) {
    throw new Fault('InvalidContentType', `The content type of the body must be ${FORM} or ${JSON_TYPE}.`)
  }
  const text = decodeText(body, 'the body')
  if (type === JSON_TYPE) return {pairs: decodeJson(text), isJson: true}
  checkCount(text)
  return {pairs: decodeUrlEncoded(text, 'the body'), isJson: false}
}

function decodeJson(text: string): Pairs {
  const notParameters = new Fault('InvalidParameter', 'The body is not a JSON object of parameters.')
  const value = parseRecord(text)
  if (value === undefined) throw notParameters
  let count = 0
  return flattenParameters(withoutNulls(value, 0) as {[key: string]: ParameterValue})

  /** Also bounds depth and number, because what follows would cost much more than reading them. */
  function withoutNulls(item: unknown, depth: number): unknown {
    if (depth > 5) throw notParameters
    count += 1
    if (count > MOST_NODES) throw tooMany(count)
    if (item === null) return undefined
    if (Array.isArray(item)) return item.map((one) => withoutNulls(one, depth + 1))
    if (typeof item !== 'object') return item
    return Object.fromEntries(Object.entries(item).map(([key, one]) => [key, withoutNulls(one, depth + 1)]))
  }
}

/** Counts what separates parameters, before anything is decoded: hundreds of thousands of them would fit into a body. */
function checkCount(text: string): void {
  let separators = 0
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index)
    if (character === AMPERSAND) separators += 1
  }
  if (separators >= PARAMETERS) throw tooMany(separators + 1)
}

function tooMany(given: number): Fault {
  return new Fault('InvalidParameter', `A request may have at most ${PARAMETERS} parameters; given: ${given}.`)
}

function merge(pairs: Pairs): ReadonlyMap<string, string> {
  if (pairs.length > PARAMETERS) throw tooMany(pairs.length)
  const merged = new Map<string, string>()
  for (const [name, value] of pairs) {
    if (merged.has(name)) throw new Fault(`InvalidParameter.${shortName(name)}`, 'A parameter was given twice.')
    if (name.includes('\0') || value.includes('\0')) {
      throw new Fault(`InvalidParameter.${shortName(name)}`, 'A parameter holds the character NUL.')
    }
    merged.set(name, value)
  }
  return merged
}
