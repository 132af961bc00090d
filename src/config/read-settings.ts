import {existsSync, readFileSync} from 'node:fs'
import {resolve as resolvePath} from 'node:path'
import {AssistError} from '../lib/core/errors.ts'
import {quote} from '../lib/core/quote.ts'
import {readForeignPrivateFile, readPrivateFile} from '../lib/disk/read-private-file.ts'
import {type EnvironmentSettings, parseEnvironment} from './parse-environment.ts'
import {type OfficialFile, parseOfficialFile} from './parse-official-file.ts'
import {parseProfileFile} from './parse-profile-file.ts'
import {type Environment, findPaths, type Paths} from './paths.ts'
import type {ProfileFile} from './profile.ts'
import {type Resolved, type ResolveInput, resolve} from './resolve.ts'
import type {PassedOver} from './settings.ts'

/** Reads what is there and decides; every source that is not used is added to `passedOver`, also when it throws. @throws AssistError (config) */
export function readSettings(
  flags: ResolveInput['flags'],
  environment: Environment,
  passedOver: PassedOver[] = [],
): Resolved {
  const paths = once(() => pathsFor(flags, environment))
  return resolve({
    flags,
    environment: readEnvironment(environment, passedOver),
    passedOver,
    own: once(() => (flags['config-path'] === undefined ? readProfileFile(paths()) : undefined)),
    official: once(() => readOfficialFile(paths())),
    onEcsInstance,
  })
}

function readEnvironment(environment: Environment, passedOver: PassedOver[]): EnvironmentSettings {
  try {
    return parseEnvironment(environment)
  } catch (error) {
    passedOver.push({source: 'environment', reason: error instanceof Error ? error.message : String(error)})
    throw error
  }
}

function pathsFor(flags: ResolveInput['flags'], environment: Environment): Paths {
  const given = flags['config-path']
  if (given === undefined) return findPaths(environment)
  const officialFile = resolvePath(given)
  if (existsSync(officialFile)) return {...findPaths(environment), officialFile}
  throw new AssistError('config', `--config-path ${quote(given)}: there is no such file`)
}

/** Our profiles; undefined when there is no file. @throws AssistError (config) */
export function readProfileFile({configFile}: Paths): ProfileFile | undefined {
  const text = readPrivateFile(configFile)
  return text === undefined ? undefined : parseProfileFile(text, configFile)
}

/** The official CLI's profiles; undefined when there is no file. @throws AssistError (config) */
export function readOfficialFile({officialFile}: Paths): OfficialFile | undefined {
  const found = readForeignPrivateFile(officialFile)
  return found && {...parseOfficialFile(found.text, officialFile), warning: found.warning}
}

/** Asked of the firmware's own words, because a network question would cost everybody else a second. */
function onEcsInstance(): boolean {
  try {
    return readFileSync('/sys/class/dmi/id/product_name', 'utf8').startsWith('Alibaba Cloud ECS')
  } catch {
    return false
  }
}

function once<T>(make: () => T): () => T {
  let made: {value: T} | undefined
  return () => {
    made ??= {value: make()}
    return made.value
  }
}
