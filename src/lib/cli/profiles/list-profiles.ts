import {findPaths} from '../../../config/paths.ts'
import {LOCAL_PROFILE, type Profile} from '../../../config/profile.ts'
import {readOfficialFile, readProfileFile} from '../../../config/read-settings.ts'
import type {ListedProfile} from '../../view/profiles.ts'
import {maskId} from '../connect/who-am-i.ts'

/** Ours, the built-in one, and those of the official CLI that ours do not hide. */
export function listProfiles(environment: NodeJS.ProcessEnv, warn: (text: string) => void): ListedProfile[] {
  const paths = findPaths(environment)
  const own = readProfileFile(paths)
  const official = readOfficialFile(paths)
  if (official?.warning) warn(official.warning)
  const listed = Object.entries(own?.profiles ?? {}).map(([name, profile]) =>
    describe(name, profile, own?.current === name, `${paths.configFile} (mode 0600)`),
  )
  const theirs = Object.entries(official?.profiles ?? {})
    .filter(([name]) => own?.profiles[name] === undefined && name !== LOCAL_PROFILE)
    .map(([name, profile]) => {
      const isCurrent = own?.current === undefined && official?.current === name
      return describe(
        name,
        profile,
        isCurrent,
        `${paths.officialFile} (official CLI)`,
        profile.unsupported && `${profile.unsupported} (cannot be used by assist)`,
      )
    })
  const local: ListedProfile = {
    ...describe(LOCAL_PROFILE, {regionId: 'local'}, own?.current === LOCAL_PROFILE, 'built in'),
    mode: 'AK',
  }
  return [...listed, ...theirs, local]
}

function describe(
  name: string,
  profile: Profile,
  current: boolean,
  stored: string,
  mode: string = profile.mode ?? '',
): ListedProfile {
  return {
    name,
    current,
    mode,
    accessKeyId: maskId(profile.accessKeyId ?? ''),
    region: profile.regionId ?? '',
    endpoint: profile.endpoint ?? '',
    stored,
  }
}
