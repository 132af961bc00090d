import {readFileSync} from 'node:fs'
import {join} from 'node:path'

/** What oclif.manifest.json and package.json say of the commands, as far as we look at it. */
export interface Manifest {
  /** By ids as oclif spells them, with colons. */
  commands: Readonly<Record<string, ManifestCommand>>
  /** What a topic is about, by its id. */
  topics: Readonly<Record<string, string>>
}

export interface ManifestCommand {
  id: string
  aliases?: string[]
  hiddenAliases?: string[]
  summary?: string
  description?: string
  usage?: string | string[]
  examples?: string[]
  args?: Record<string, ManifestArgument>
  flags?: Record<string, ManifestFlag>
  hidden?: boolean
  /** False: any number of arguments. */
  strict?: boolean
}

export interface ManifestArgument {
  name: string
  description?: string
  required?: boolean
}

export interface ManifestFlag {
  name: string
  type: 'boolean' | 'option'
  char?: string
  description?: string
  helpGroup?: string
  helpValue?: string
  options?: string[]
  default?: unknown
  allowNo?: boolean
  multiple?: boolean
  required?: boolean
  hidden?: boolean
}

/** `root` is the folder of the package. */
export function readManifest(root: string): Manifest {
  const {commands} = readJson(join(root, 'oclif.manifest.json')) as Pick<Manifest, 'commands'>
  const {oclif} = readJson(join(root, 'package.json')) as {oclif: {topics: Record<string, {description: string}>}}
  const topics = Object.entries(oclif.topics).map(([id, {description}]) => [id, description] as const)
  return {commands, topics: Object.fromEntries(topics)}
}

/** The id of the command that these words name, by itself or by an alias. */
export function idOf(words: readonly string[], {commands}: Manifest): string | undefined {
  const name = words.join(':')
  if (Object.hasOwn(commands, name)) return name
  return Object.values(commands).find(({aliases = [], hiddenAliases = []}) =>
    [...aliases, ...hiddenAliases].some((alias) => alias.replaceAll(' ', ':') === name),
  )?.id
}

/** As one types it. */
export function spoken(id: string): string {
  return id.replaceAll(':', ' ')
}

/** Flags that belong to no command in particular: how the result looks, and where the call goes. */
export function isInherited({helpGroup}: ManifestFlag): boolean {
  return helpGroup === 'OUTPUT' || helpGroup === 'GLOBAL'
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}
