import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'

export interface FoundCommand {
  /** As oclif spells it, with colons. */
  id: string
  file: string
  /** What follows the words that name it. */
  argv: string[]
}

const DEEPEST = 3

/**
 * The built command that the first words name, by its file; an alias by the manifest. Undefined for everything else: help, topics, mistakes.
 */
export function findCommand(argv: readonly string[], root: string): FoundCommand | undefined {
  if (asksForHelp(argv)) return undefined
  const count = argv.findIndex((word) => !/^[a-z][a-z0-9-]*$/.test(word))
  const words = argv.slice(0, Math.min(count < 0 ? argv.length : count, DEEPEST))
  for (let length = words.length; length > 0; length--) {
    const id = words.slice(0, length).join(':')
    const file = fileOf(id, root)
    if (file) return {id, file, argv: argv.slice(length)}
  }
  return findAlias(words, argv, root)
}

function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return (
    argv.length === 0 ||
    argv[0] === 'help' ||
    (end < 0 ? argv : argv.slice(0, end)).some((word) => word === '--help' || word === '-h')
  )
}

function fileOf(id: string, root: string): string | undefined {
  const path = join(root, 'dist', 'commands', ...id.split(':'))
  return [`${path}.js`, join(path, 'index.js')].find((file) => existsSync(file))
}

function findAlias(words: readonly string[], argv: readonly string[], root: string): FoundCommand | undefined {
  for (let length = words.length; length > 0; length--) {
    const id = aliasesOf(root)[words.slice(0, length).join(':')]
    const file = id && fileOf(id, root)
    if (id && file) return {id, file, argv: argv.slice(length)}
  }
  return undefined
}

function aliasesOf(root: string): Record<string, string> {
  try {
    const {commands} = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as Manifest
    return Object.fromEntries(
      Object.entries(commands).flatMap(([id, {aliases = [], hiddenAliases = []}]) =>
        [...aliases, ...hiddenAliases].map((alias) => [alias.replaceAll(' ', ':'), id]),
      ),
    )
  } catch {
    return {}
  }
}

interface Manifest {
  commands: Record<string, {aliases?: string[]; hiddenAliases?: string[]}>
}
