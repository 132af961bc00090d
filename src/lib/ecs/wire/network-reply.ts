import type {NoAnswer} from './no-answer.ts'

export interface NetworkReply {
  kind: 'network'
  reason: string
  /** The system's code for it, or '' when it was something else. */
  errno: string
  /** The request may have arrived. */
  sent: boolean
}

/** What kept the answer away, in chosen words: the system's carry the address with everything in it. */
export function networkReply({cause, sent}: NoAnswer): NetworkReply {
  const errno = errnoOf(cause)
  return {kind: 'network', errno, reason: reasonOf(errno, cause), sent}
}

function errnoOf(error: unknown): string {
  const {code} = (error ?? {}) as {code?: unknown}
  return typeof code === 'string' ? code : ''
}

const REASONS: Readonly<Record<string, string>> = {
  TIMEOUT: 'no answer in time',
  ETIMEDOUT: 'no answer in time',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no network',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted (self-signed)',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted (self-signed)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted (unknown authority)',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not trusted (unknown authority)',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  EPROTO: 'it does not speak TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS',
  ERR_PROXY: 'the proxy in HTTPS_PROXY refused the connection',
}

function reasonOf(errno: string, error: unknown): string {
  const aggregate = (error as {errors?: unknown[]} | null)?.errors?.[0]
  return (
    REASONS[errno] ??
    (errno.startsWith('HPE_') ? 'it does not speak plain HTTP' : undefined) ??
    (aggregate ? reasonOf(errnoOf(aggregate), undefined) : errno ? `network error ${errno}` : 'the connection failed')
  )
}
