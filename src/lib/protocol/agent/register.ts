import {flag, integer, parseRecord, text} from '../../core/json.ts'

/** Body of a registration. Source: agent-protocol, 2.4. */
export interface RegisterRequest {
  activationId: string
  activationCode: string
  machineId: string
  regionId: string
  instanceName: string
  hostname: string
  intranetIp: string
  osVersion: string
  /** linux, windows, freebsd or unknown. */
  osType: string
  agentVersion: string
  /** Base64 of the PEM text (SPKI). */
  publicKey: string
  tag: Array<{key: string; value: string}>
  /** Ours: this agent signs method, target and body too, and the server must insist on it from then on. */
  assistSignature?: boolean
}

export interface RegisterResponse {
  /** 200 = registered. */
  code: number
  instanceId?: string
  message?: string
  /** Ours: what it is called from now on, which the activation may have decided. */
  instanceName?: string
  /** Ours: the server understands our additions (offsets, strong signature, errCode texts). */
  assist?: boolean
}

/** What of an answer is as it should be; nothing where it is no JSON. */
export function decodeRegisterResponse(body: string): Partial<RegisterResponse> {
  const value = parseRecord(body)
  if (value === undefined) return {}
  const code = integer(value.code)
  const [instanceId, message, instanceName] = [text(value.instanceId), text(value.message), text(value.instanceName)]
  return {
    ...(code !== undefined && {code}),
    ...(instanceId !== '' && {instanceId}),
    ...(message !== '' && {message}),
    ...(instanceName !== '' && {instanceName}),
    assist: flag(value.assist) ?? false,
  }
}
