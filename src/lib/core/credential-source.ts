/** Where keys come from: what was configured, not yet fetched. */
export type CredentialSource =
  | {mode: 'AK'; accessKeyId: string; accessKeySecret: string}
  | {mode: 'StsToken'; accessKeyId: string; accessKeySecret: string; stsToken: string}
  | {mode: 'EcsRamRole'; roleName: string | undefined}
  | {mode: 'CredentialsURI'; uri: string}
  | {mode: 'External'; command: readonly string[]}
  | AssumeRoleSource

export interface AssumeRoleSource {
  mode: 'RamRoleArn'
  roleArn: string
  sessionName: string
  externalId: string | undefined
  expiredSeconds: number | undefined
  stsHost: string
  /** Whose keys assume the role. */
  source: CredentialSource
}

/** Keys that sign a request. */
export interface SessionKeys {
  accessKeyId: string
  accessKeySecret: string
  securityToken?: string | undefined
  /** Unix ms; absent: they do not expire. */
  expiresAtMs?: number | undefined
}
