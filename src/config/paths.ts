import {userInfo} from 'node:os'
import {isAbsolute, join, resolve} from 'node:path'
import {AssistError} from '../lib/core/errors.ts'

/** Where things lie on this machine. Nothing is read or made by asking. */
export interface Paths {
  /** Our profiles. */
  configFile: string
  /** What programs of ours keep between runs: the local plane, logs. */
  stateFolder: string
  /** The profiles of the official CLI; read, never written. */
  officialFile: string
}

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * `ASSIST_HOME` decides everything; otherwise the platform's habits: XDG on Linux, Library on macOS, AppData on Windows.
 * @throws AssistError (config) naming the variable when there is no home folder.
 */
export function findPaths(environment: Environment, platform: NodeJS.Platform = process.platform): Paths {
  const official = chosenOfficialFile(environment)
  const assistHome = environment['ASSIST_HOME']
  if (assistHome) {
    const root = resolve(assistHome)
    return {
      configFile: join(root, 'config', 'config.json'),
      stateFolder: join(root, 'state'),
      // Isolation means that no real key of this person is met by accident.
      officialFile: official ?? join(root, '.aliyun', 'config.json'),
    }
  }
  const {config, state} = folders(environment, platform)
  return {
    configFile: join(config, 'config.json'),
    stateFolder: state,
    officialFile: official ?? join(home(environment, platform), '.aliyun', 'config.json'),
  }
}

function folders(environment: Environment, platform: NodeJS.Platform): {config: string; state: string} {
  const base = home(environment, platform)
  if (platform === 'darwin') {
    const library = join(base, 'Library')
    return {config: join(library, 'Preferences', 'assist'), state: join(library, 'Application Support', 'assist')}
  }
  if (platform === 'win32') {
    const roaming = environment['APPDATA'] || join(base, 'AppData', 'Roaming')
    const local = environment['LOCALAPPDATA'] || join(base, 'AppData', 'Local')
    return {config: join(roaming, 'assist', 'Config'), state: join(local, 'assist', 'State')}
  }
  return {
    config: join(xdg(environment, 'XDG_CONFIG_HOME') ?? join(base, '.config'), 'assist'),
    state: join(xdg(environment, 'XDG_STATE_HOME') ?? join(base, '.local', 'state'), 'assist'),
  }
}

/** The XDG text says to ignore a relative path. */
function xdg(environment: Environment, name: string): string | undefined {
  const value = environment[name]
  return value && isAbsolute(value) ? value : undefined
}

function home(environment: Environment, platform: NodeJS.Platform): string {
  const name = platform === 'win32' ? 'USERPROFILE' : 'HOME'
  const value = environment[name] || homeOfUser()
  if (value) return value
  throw new AssistError('config', `${name} is not set, so there is no place for settings`, {
    hint: `Set ${name}, or set ASSIST_HOME to a folder of your choice.`,
  })
}

/** What the system itself knows, where nobody has set the variable; undefined where it does not either. */
function homeOfUser(): string | undefined {
  try {
    return userInfo().homedir || undefined
  } catch {
    return undefined
  }
}

const OFFICIAL_PATH_NAMES = ['ALIBABA_CLOUD_CONFIG_PATH', 'ALIBABACLOUD_CONFIG_PATH', 'ALICLOUD_CONFIG_PATH']

function chosenOfficialFile(environment: Environment): string | undefined {
  const name = OFFICIAL_PATH_NAMES.find((one) => environment[one])
  return name && resolve(environment[name] ?? '')
}
