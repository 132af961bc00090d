export type AnswerFormat = 'json' | 'xml'

/** What is known of a request whose answer needs a format; the texts are raw, so that what cannot be decoded is answered too. */
export interface Asked {
  /** Behind the `?`. */
  search: string
  /** `null` or `undefined` when there is no such header. */
  header(name: string): string | null | undefined
  /** As much of it as was read. */
  body: string
}

/** A V1 signature stands in the parameters, a V3 signature in the header; some clients of V1 send headers of V3 beside it. */
const V1 = /(?:^|&)(?:Signature|AccessKeyId|SignatureMethod)=/
const FORMAT = /(?:^|&)Format=([^&]*)/

/**
 * The format that the caller can read, by the kind of its signature. V1: the parameter Format, and XML without it; V3: the header
 * accept, and JSON without it.
 */
export function answerFormat({search, header, body}: Asked): AnswerFormat {
  const isV3 = header('authorization') != null || (header('x-acs-action') != null && !V1.test(search) && !V1.test(body))
  if (isV3) {
    const accept = header('accept') ?? ''
    return /\bxml\b/i.test(accept) && !/\bjson\b/i.test(accept) ? 'xml' : 'json'
  }
  const format = FORMAT.exec(search) ?? FORMAT.exec(body)
  return format?.[1]?.toLowerCase() === 'json' ? 'json' : 'xml'
}
