import type {Clock} from '../../core/clock.ts'
import type {CredentialSource, SessionKeys} from '../../core/credential-source.ts'

export interface KeyDeps {
  clock: Clock
  userAgent: string
  proxy: string | undefined
  environment: NodeJS.ProcessEnv
  /** ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS. */
  externalDisabled: boolean
}

/** Temporary keys are renewed when they have less than this left. */
const SPARE_MS = 3 * 60_000

/** A function that yields valid keys; temporary ones are fetched once per process and again before they expire. */
export function createKeys(source: CredentialSource, deps: KeyDeps): () => Promise<SessionKeys> {
  let last: Promise<SessionKeys> | undefined
  return async () => {
    const keys = await last?.catch(() => undefined)
    if (keys && (keys.expiresAtMs === undefined || keys.expiresAtMs - SPARE_MS > deps.clock.now())) return keys
    last = fetchKeys(source, deps)
    return last
  }
}

/** Each kind is loaded by whoever uses it. */
async function fetchKeys(source: CredentialSource, deps: KeyDeps): Promise<SessionKeys> {
  switch (source.mode) {
    case 'AK':
      return {accessKeyId: source.accessKeyId, accessKeySecret: source.accessKeySecret}
    case 'StsToken':
      return {accessKeyId: source.accessKeyId, accessKeySecret: source.accessKeySecret, securityToken: source.stsToken}
    case 'EcsRamRole':
      return (await import('./instance-metadata.ts')).fetchInstanceKeys(source.roleName)
    case 'CredentialsURI':
      return (await import('./credentials-uri.ts')).fetchUriKeys(source.uri)
    case 'External':
      return (await import('./key-program.ts')).runKeyProgram(source.command, deps)
    case 'RamRoleArn':
      return (await import('./assume-role.ts')).assumeRole(source, createKeys(source.source, deps), deps)
  }
}
