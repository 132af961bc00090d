import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {splitLeadingFlags} from '../help/leading-flags.ts'
import {idOf, readManifest} from '../help/manifest.ts'

export interface FoundCommand {
  /** As oclif spells it, with colons. */
  id: string
  file: string
  /** What follows the words that name it. */
  argv: string[]
}

const DEEPEST = 3

/**
 * The built command that the first words name, by its file; an alias by the manifest. Undefined for everything else: topics, mistakes.
 */
export function findCommand(argv: readonly string[], root: string): FoundCommand | undefined {
  const count = argv.findIndex((word) => !/^[a-z][a-z0-9-]*$/.test(word))
  const words = argv.slice(0, Math.min(count < 0 ? argv.length : count, DEEPEST))
  for (let length = words.length; length > 0; length--) {
    const id = words.slice(0, length).join(':')
    const file = fileOf(id, root)
    if (file) return {id, file, argv: argv.slice(length)}
  }
  return findAlias(words, argv, root)
}

/** `assist --profile local run x`: the flags in front go behind the words that name the command. */
export function findBehindFlags(argv: readonly string[], root: string): FoundCommand | undefined {
  const {flags, rest} = splitLeadingFlags(argv, readManifest(root))
  const found = flags.length > 0 ? findCommand(rest, root) : undefined
  return found && {...found, argv: [...flags, ...found.argv]}
}

function fileOf(id: string, root: string): string | undefined {
  const path = join(root, 'dist', 'commands', ...id.split(':'))
  return [`${path}.js`, join(path, 'index.js')].find((file) => existsSync(file))
}

function findAlias(words: readonly string[], argv: readonly string[], root: string): FoundCommand | undefined {
  const manifest = readManifest(root)
  for (let length = words.length; length > 0; length--) {
    const id = idOf(words.slice(0, length), manifest)
    const file = id && fileOf(id, root)
    if (id && file) return {id, file, argv: argv.slice(length)}
  }
  return undefined
}
