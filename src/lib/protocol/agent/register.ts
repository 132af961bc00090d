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
  /** Ours: the server understands our additions (offsets, strong signature, errCode texts). */
  assist?: boolean
}
