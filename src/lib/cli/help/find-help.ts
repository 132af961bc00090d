import {splitLeadingFlags} from './leading-flags.ts'
import {idOf, type Manifest, type ManifestCommand} from './manifest.ts'
import {HELP_TOPICS, type HelpTopic} from './topics.ts'

export type HelpTarget =
  | {kind: 'all'}
  /** `typed`: the words that named it. */
  | {kind: 'command'; command: ManifestCommand; typed: string}
  /** A group of commands. */
  | {kind: 'group'; id: string}
  | {kind: 'topic'; topic: HelpTopic}

/** What these words ask help for, `help` and `--help` among them or not; undefined: nothing that there is. */
export function findHelp(argv: readonly string[], manifest: Manifest): HelpTarget | undefined {
  const words = namingWords(argv, manifest)
  const [first] = words
  if (first === undefined) return {kind: 'all'}
  for (let length = words.length; length > 0; length--) {
    const some = words.slice(0, length)
    const id = idOf(some, manifest)
    const command = id === undefined ? undefined : manifest.commands[id]
    if (command) return {kind: 'command', command, typed: some.join(' ')}
  }
  const topic = HELP_TOPICS[first]
  if (topic && words.length === 1) return {kind: 'topic', topic}
  const id = words.join(':')
  return isGroup(id, manifest) ? {kind: 'group', id} : undefined
}

/** The ids of the commands of a group, those of the groups in it included. */
export function commandsIn(group: string, {commands}: Manifest): ManifestCommand[] {
  return Object.values(commands).filter(({id, hidden}) => !hidden && id.startsWith(`${group}:`))
}

function isGroup(id: string, manifest: Manifest): boolean {
  return commandsIn(id, manifest).length > 0
}

function namingWords(argv: readonly string[], manifest: Manifest): string[] {
  const asked = argv.filter((word) => word !== '--help' && word !== '-h')
  const {rest} = splitLeadingFlags(asked, manifest)
  const words = rest[0] === 'help' ? rest.slice(1) : rest
  const end = words.findIndex((word) => !/^[a-z][a-z0-9-]*$/i.test(word))
  return end < 0 ? words : words.slice(0, end)
}
