import {findPaths} from '../../../config/paths.ts'
import {isProfileName, LOCAL_PROFILE, type Profile, type ProfileFile} from '../../../config/profile.ts'
import {readOfficialFile, readProfileFile} from '../../../config/read-settings.ts'
import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {checkProfile} from './check-profile.ts'

const NEW_PROFILE = 'default'

/** The profile that `configure` works on when none is named. */
export function profileToConfigure(name: string | undefined, environment: NodeJS.ProcessEnv): string {
  const chosen = name ?? currentOwn(environment) ?? NEW_PROFILE
  if (chosen === LOCAL_PROFILE) {
    throw new AssistError('usage', 'the profile "local" is built in and cannot be changed', {
      hint: 'Name another one with --profile.',
    })
  }
  if (!isProfileName(chosen)) {
    throw new AssistError(
      'usage',
      `--profile ${quote(chosen)}: a name has letters, digits, ".", "_" and "-" only, 64 at most`,
    )
  }
  return chosen
}

function currentOwn(environment: NodeJS.ProcessEnv): string | undefined {
  const current = readProfileFile(findPaths(environment))?.current
  return current === LOCAL_PROFILE ? undefined : current
}

/** What is stored under a name; an empty profile when there is none. */
export function storedProfile(name: string, environment: NodeJS.ProcessEnv): Profile {
  return readProfileFile(findPaths(environment))?.profiles[name] ?? {}
}

/** Stores the profile; the first one becomes the current one. */
export async function saveProfile(
  name: string,
  profile: Profile,
  environment: NodeJS.ProcessEnv,
): Promise<{isCurrent: boolean}> {
  checkProfile(profile)
  const {current} = await changeFile(environment, (before) => ({
    current: before.current ?? name,
    profiles: {...before.profiles, [name]: profile},
  }))
  return {isCurrent: current === name}
}

/** Names of ours. */
export function ownProfiles(environment: NodeJS.ProcessEnv): string[] {
  return Object.keys(readProfileFile(findPaths(environment))?.profiles ?? {})
}

/** One of ours, or of the official CLI's. */
export function findProfile(name: string, environment: NodeJS.ProcessEnv): Profile | undefined {
  const paths = findPaths(environment)
  return readProfileFile(paths)?.profiles[name] ?? readOfficialFile(paths)?.profiles[name]
}

/** @throws AssistError (config) when there is no such profile. */
export async function useProfile(name: string, environment: NodeJS.ProcessEnv): Promise<void> {
  if (name !== LOCAL_PROFILE && findProfile(name, environment) === undefined) throw noProfile(name, environment)
  await changeFile(environment, (before) => ({...before, current: name}))
}

/** @throws AssistError (usage, config) when it is none of ours, so that nobody is asked about what is not there */
export function mustBeOwn(name: string, environment: NodeJS.ProcessEnv): void {
  if (name === LOCAL_PROFILE) throw new AssistError('usage', 'the profile "local" is built in and cannot be deleted')
  if (readProfileFile(findPaths(environment))?.profiles[name] === undefined) throw noProfile(name, environment)
}

/** Forgets a profile and its keys. @throws AssistError (usage, config) */
export async function deleteProfile(name: string, environment: NodeJS.ProcessEnv): Promise<void> {
  mustBeOwn(name, environment)
  await changeFile(environment, (before) => {
    const {[name]: _, ...profiles} = before.profiles
    return {current: before.current === name ? undefined : before.current, profiles}
  })
}

/** With the names there are. */
export function noProfile(name: string, environment: NodeJS.ProcessEnv): AssistError {
  const paths = findPaths(environment)
  const files = [readProfileFile(paths), readOfficialFile(paths)]
  const names = [...new Set(files.flatMap((file) => Object.keys(file?.profiles ?? {})))]
  return new AssistError('config', `there is no profile ${quote(name)} in ${paths.configFile}`, {
    hint: names.length > 0 ? `Profiles there are: ${names.join(', ')}` : 'Make one: assist configure',
  })
}

/** Changes our file as a whole. @throws AssistError (config) */
export async function changeFile(
  environment: NodeJS.ProcessEnv,
  work: (before: ProfileFile) => ProfileFile,
): Promise<ProfileFile> {
  const {changeProfiles} = await import('../../../config/write-profiles.ts')
  return changeProfiles(findPaths(environment), work)
}
