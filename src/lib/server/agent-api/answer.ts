/** Ends a call with a status that the agent understands: above 400 for whatever it must not take for success. */
export class AgentRefusal extends Error {
  readonly status: number
  /** When it may be tried again, for 429. */
  readonly retryAfterMs: number | undefined

  constructor(status: number, message: string, retryAfterMs?: number) {
    super(message)
    this.name = 'AgentRefusal'
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

/** Whoever sent it does not hold the key, or guesses. */
export class WrongSignature extends AgentRefusal {
  constructor() {
    super(401, 'The signature is not valid.')
  }
}

/** `code` stands in every answer: official agents look at it, not at the status, when they register. */
export function answer(fields: Readonly<Record<string, unknown>> = {}, status = 200): Response {
  return Response.json({code: status, ...fields}, {status})
}

export function refuse(status: number, message: string, retryAfterMs?: number): Response {
  return Response.json({code: status, message}, {status, headers: retryAfter(status, retryAfterMs)})
}

export function retryAfter(status: number, ms = 2000): Record<string, string> {
  return status === 503 || status === 429 ? {'retry-after': String(Math.ceil(ms / 1000))} : {}
}
