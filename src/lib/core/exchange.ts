/** The network of the agent, handed in: one request, one whole answer. Rejects when there is none. */
export type Exchange = (request: ExchangeRequest) => Promise<ExchangeAnswer>

/** Plain objects: the web's Request and Response cost more than a millisecond a call in Node. */
export interface ExchangeRequest {
  method: 'GET' | 'POST' | 'PUT'
  url: URL
  headers: Readonly<Record<string, string>>
  /** Only with POST. */
  body?: Uint8Array | undefined
  signal?: AbortSignal | undefined
}

export interface ExchangeAnswer {
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
  text: string
}
