import {constants, lstatSync} from 'node:fs'
import {dirname} from 'node:path'
import Conf from 'conf'
import {AssistError} from '../lib/core/errors.ts'
import {whyNot} from '../lib/core/system-reason.ts'
import {whileLocked} from '../lib/disk/lock.ts'
import {makePrivateFolder} from '../lib/disk/private-folder.ts'
import {parseProfileFile} from './parse-profile-file.ts'
import type {Paths} from './paths.ts'
import type {Profile, ProfileFile} from './profile.ts'
import {readProfileFile} from './read-settings.ts'

type Stored = {current?: string; profiles: Record<string, Profile>}

const PATIENCE_MS = 10_000

/**
 * Changes the profile file as a whole: read, change, write beside it with mode 0600, rename; one process at a time, so that of many changes
 * at once none is lost. A file that cannot be read is left untouched.
 * @throws AssistError (config)
 */
export function changeProfiles(paths: Paths, change: (before: ProfileFile) => ProfileFile): ProfileFile {
  makePrivateFolder(dirname(paths.configFile))
  try {
    return whileLocked(`${paths.configFile}.lock`, PATIENCE_MS, () => replaceProfiles(paths, change))
  } catch (error) {
    if (error instanceof AssistError) throw error
    const code = (error as NodeJS.ErrnoException).code
    throw new AssistError('config', `${paths.configFile} cannot be written: ${whyNot(error)}`, {
      hint: code === 'EACCES' || code === 'EROFS' ? `Make ${dirname(paths.configFile)} writable.` : undefined,
      cause: error,
    })
  }
}

function replaceProfiles(paths: Paths, change: (before: ProfileFile) => ProfileFile): ProfileFile {
  const after = change(readProfileFile(paths) ?? {current: undefined, profiles: {}})
  const stored: Stored = {
    ...(after.current === undefined ? {} : {current: after.current}),
    profiles: {...after.profiles},
  }
  // What we write we must be able to read again.
  parseProfileFile(JSON.stringify(stored), paths.configFile)
  refuseLink(paths.configFile)
  const conf = new Conf<Stored>({
    cwd: dirname(paths.configFile),
    configName: 'config',
    configFileMode: 0o600,
    accessPropertiesByDotNotation: false,
  })
  conf.store = stored
  return after
}

/** Writing through a link would put keys where somebody else chose. */
function refuseLink(file: string): void {
  const stat = lstatSync(file, {throwIfNoEntry: false})
  if (stat && (stat.mode & constants.S_IFMT) === constants.S_IFLNK) {
    throw new AssistError('config', `${file} is a link; keys are written to a file of their own only`, {
      hint: `Run: rm ${file}`,
    })
  }
}
