/** How a profile comes by its keys; spelled as the official CLI does. */
export const PROFILE_MODES = [
  'AK',
  'StsToken',
  'RamRoleArn',
  'EcsRamRole',
  'ChainableRamRoleArn',
  'External',
  'CredentialsURI',
] as const
export type ProfileMode = (typeof PROFILE_MODES)[number]

/** One profile as it stands in our file. Every field but `mode` may be missing. */
export interface Profile {
  mode?: ProfileMode
  accessKeyId?: string
  accessKeySecret?: string
  stsToken?: string
  regionId?: string
  endpoint?: string
  /** `vpc`: the region's endpoint inside a VPC. */
  endpointType?: string
  /** Allows http to a host that is not this machine. */
  insecureHttp?: boolean
  /** PEM file of an authority to trust in addition. */
  caFile?: string
  output?: string
  language?: string
  ramRoleName?: string
  ramRoleArn?: string
  ramSessionName?: string
  externalId?: string
  expiredSeconds?: number
  stsRegion?: string
  stsEndpoint?: string
  sourceProfile?: string
  /** Program and arguments; never a shell line. */
  processCommand?: string[]
  credentialsUri?: string
}

export interface ProfileField {
  key: keyof Profile
  type: 'text' | 'boolean' | 'number' | 'list'
  secret?: true
  about: string
}

/** Every field a profile may have: what the reader accepts, `configure set` offers and `configure get` hides. */
export const PROFILE_FIELDS: readonly ProfileField[] = [
  {key: 'mode', type: 'text', about: `how it comes by its keys: ${PROFILE_MODES.join(', ')}`},
  {key: 'accessKeyId', type: 'text', about: 'access key id'},
  {key: 'accessKeySecret', type: 'text', secret: true, about: 'access key secret'},
  {key: 'stsToken', type: 'text', secret: true, about: 'token of temporary keys'},
  {key: 'regionId', type: 'text', about: 'region, such as cn-hangzhou'},
  {key: 'endpoint', type: 'text', about: 'address of the control plane, such as https://assist.example.com'},
  {key: 'endpointType', type: 'text', about: 'vpc for the endpoint inside a VPC'},
  {key: 'insecureHttp', type: 'boolean', about: 'true allows http to another machine'},
  {key: 'caFile', type: 'text', about: 'PEM file of an authority to trust in addition'},
  {key: 'output', type: 'text', about: 'table, text, json, ndjson, yaml or csv'},
  {key: 'language', type: 'text', about: 'en or zh'},
  {key: 'ramRoleName', type: 'text', about: 'role of the ECS instance'},
  {key: 'ramRoleArn', type: 'text', about: 'role to assume'},
  {key: 'ramSessionName', type: 'text', about: 'name of the assumed session'},
  {key: 'externalId', type: 'text', about: 'external id for the role'},
  {key: 'expiredSeconds', type: 'number', about: 'life of the session in seconds'},
  {key: 'stsRegion', type: 'text', about: 'region of STS'},
  {key: 'stsEndpoint', type: 'text', about: 'host of STS'},
  {key: 'sourceProfile', type: 'text', about: 'profile whose keys assume the role'},
  {key: 'processCommand', type: 'list', about: 'program and arguments that print keys'},
  {key: 'credentialsUri', type: 'text', about: 'address that answers with keys'},
]

/** What the profile file says. */
export interface ProfileFile {
  /** Name of the profile used when nothing else is asked for. */
  current: string | undefined
  profiles: Readonly<Record<string, Profile>>
}

/** The control plane on this machine; always there, in no file. */
export const LOCAL_PROFILE = 'local'

/** Letters, digits and `. _ -`, so that a name is safe in a message, a path and a shell line. */
export function isProfileName(name: string): boolean {
  return /^[A-Za-z0-9][\w.-]{0,63}$/.test(name)
}
