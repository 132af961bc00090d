import {findPaths} from '../../../config/paths.ts'
import {readSettings} from '../../../config/read-settings.ts'
import type {PassedOver, RemoteSettings} from '../../../config/settings.ts'
import type {CredentialSource} from '../../core/credential-source.ts'
import {ecsHost} from '../../protocol/ecs/endpoints.ts'
import type {WhoAmI} from '../../view/who-am-i.ts'
import type {ConnectionFlagValues} from '../flags/common.ts'
import {localFiles} from '../plane/files.ts'
import {readLocalKey, readLocalPlane} from '../plane/state.ts'

/**
 * What a command with these flags would use. Sends nothing and starts nothing.
 * @param told gets every source that is not used, also when it throws, and what is to be said
 * @throws AssistError (config)
 */
export function whoAmI(
  flags: ConnectionFlagValues,
  environment: NodeJS.ProcessEnv,
  told: {passedOver: PassedOver[]; warn(text: string): void},
): WhoAmI {
  const {settings, explanation} = readSettings(flags, environment, told.passedOver)
  for (const warning of explanation.warnings) told.warn(warning)
  const common = {
    profile: settings.profile,
    source: explanation.source,
    regionFrom: explanation.region,
    endpointFrom: explanation.endpoint,
    passedOver: explanation.passedOver,
  }
  if (settings.local) {
    const files = localFiles(findPaths(environment))
    return {
      ...common,
      mode: 'AK',
      accessKeyId: maskId(readLocalKey(files)?.accessKeyId ?? ''),
      region: settings.region,
      endpoint: readLocalPlane(files)?.url ?? 'not running',
    }
  }
  return {
    ...common,
    mode: settings.credentials.mode,
    accessKeyId: maskId(idOf(settings.credentials)),
    region: settings.region ?? '',
    endpoint: endpointOf(settings),
  }
}

function endpointOf({endpoint, region, network}: RemoteSettings): string {
  return endpoint ?? (region ? `https://${ecsHost(region, network)}` : '')
}

/** The key id that is known without asking anybody. */
function idOf(source: CredentialSource): string {
  if ('accessKeyId' in source) return source.accessKeyId
  return source.mode === 'RamRoleArn' ? idOf(source.source) : ''
}

const SHOWN = 4

/** `****wxyz`; an id too short to hide anything is hidden whole. */
export function maskId(id: string): string {
  if (id === '') return ''
  return id.length > 2 * SHOWN ? `****${id.slice(-SHOWN)}` : '****'
}
