import type {CredentialSource} from '../lib/core/credential-source.ts'

/** What flags, environment and profiles come to. Nothing of it changes afterwards. */
export type Settings = LocalSettings | RemoteSettings

/** The control plane on this machine; its address and key are known when it runs. */
export interface LocalSettings {
  readonly local: true
  readonly profile: string
  readonly region: string
  readonly output: string | undefined
}

export interface RemoteSettings {
  readonly local: false
  readonly profile: string
  /** Undefined only for an ECS instance's own role: then the instance knows its region. */
  readonly region: string | undefined
  /** Undefined: the region's own host. */
  readonly endpoint: string | undefined
  readonly network: 'public' | 'vpc'
  readonly credentials: CredentialSource
  readonly externalDisabled: boolean
  /** PEM file of an authority to trust in addition. */
  readonly caFile: string | undefined
  readonly output: string | undefined
}

/** Why the settings are what they are, for `whoami --explain`. */
export interface Explanation {
  /** Where the keys come from. */
  source: string
  region: string
  endpoint: string
  /** Every source that was looked at before, or not at all, and why. */
  passedOver: readonly PassedOver[]
  /** To be said once on stderr. */
  warnings: readonly string[]
}

export interface PassedOver {
  source: string
  reason: string
}
