import {commandsIn} from './find-help.ts'
import type {Section} from './lay-out.ts'
import {
  isInherited,
  type Manifest,
  type ManifestArgument,
  type ManifestCommand,
  type ManifestFlag,
  spoken,
} from './manifest.ts'

/** Help of one command, by the name that was typed. */
export function commandPage(command: ManifestCommand, typed: string, manifest: Manifest): Section[] {
  const flags = Object.values(command.flags ?? {}).filter(({hidden}) => !hidden)
  const own = flags.filter((flag) => !isInherited(flag))
  const names = [spoken(command.id), ...(command.aliases ?? [])]
  return [
    {paragraphs: [plain(command.summary ?? '', typed)]},
    {paragraphs: command.description ? [plain(command.description, typed)] : []},
    {title: 'USAGE', lines: usageOf(command, typed).map((line) => `assist ${line}`)},
    {title: 'EXAMPLES', lines: (command.examples ?? []).map((line) => plain(line, typed))},
    {title: 'COMMANDS', rows: commandRows(commandsIn(command.id, manifest))},
    {title: 'ARGUMENTS', rows: Object.values(command.args ?? {}).map((argument) => argumentRow(argument, command))},
    ...groupsOf(own).map((group) => ({
      title: group === '' ? 'FLAGS' : `${group} FLAGS`,
      rows: flagRows(own.filter((flag) => (flag.helpGroup ?? '') === group)),
    })),
    {title: 'INHERITED FLAGS', rows: flagRows(flags.filter(isInherited))},
    {title: 'ALSO KNOWN AS', lines: names.filter((name) => name !== typed).map((name) => `assist ${name}`)},
  ]
}

/** Name and summary of each. */
export function commandRows(commands: readonly ManifestCommand[]): Array<readonly [string, string]> {
  return commands.map(({id, summary}) => [spoken(id), summary ?? ''] as const)
}

/** Texts may hold these two as oclif's templates. */
function plain(text: string, typed: string): string {
  return text.replace(/<%[=-]\s*config\.bin\s*%>/g, 'assist').replace(/<%[=-]\s*command\.id\s*%>/g, typed)
}

function usageOf(command: ManifestCommand, typed: string): string[] {
  const {usage} = command
  if (usage !== undefined) return [usage].flat().map((line) => plain(line, typed))
  const words = Object.values(command.args ?? {}).map((argument) =>
    argument.required ? argumentName(argument, command) : `[${argumentName(argument, command)}]`,
  )
  const required = Object.values(command.flags ?? {}).filter((flag) => flag.required)
  return [[typed, ...words, ...required.map((flag) => `--${flag.name} ${placeholderOf(flag)}`), '[FLAGS]'].join(' ')]
}

function argumentName({name}: ManifestArgument, {strict}: ManifestCommand): string {
  const word = name.replace(/[A-Z]/g, (letter) => `-${letter}`).toUpperCase()
  return strict === false ? `${word}...` : word
}

function argumentRow(argument: ManifestArgument, command: ManifestCommand): readonly [string, string] {
  return [argumentName(argument, command), argument.description ?? '']
}

/** In the order of their first flags. */
function groupsOf(flags: readonly ManifestFlag[]): string[] {
  return [...new Set(flags.map(({helpGroup}) => helpGroup ?? ''))]
}

function flagRows(flags: readonly ManifestFlag[]): Array<readonly [string, string]> {
  const hasChars = flags.some(({char}) => char !== undefined)
  return flags.map((flag) => [flagName(flag, hasChars), flagText(flag)] as const)
}

function flagName(flag: ManifestFlag, hasChars: boolean): string {
  const char = flag.char === undefined ? (hasChars ? '    ' : '') : `-${flag.char}, `
  const name = `--${flag.allowNo ? '[no-]' : ''}${flag.name}`
  if (flag.type === 'boolean') return char + name
  return `${char}${name} ${placeholderOf(flag)}${flag.multiple ? '...' : ''}`
}

function placeholderOf({name, helpValue}: ManifestFlag): string {
  return helpValue ?? name.split('-').at(-1)?.toUpperCase() ?? ''
}

function flagText(flag: ManifestFlag): string {
  const {description = '', options, required} = flag
  const initial = flag.type === 'option' && typeof flag.default === 'string' ? flag.default : ''
  const notes = [
    ...(options && !options.every((option) => description.includes(option)) ? [`One of: ${options.join(', ')}.`] : []),
    ...(required ? ['Required.'] : []),
    ...(initial === '' || description.includes('default:') ? [] : [`Default: ${initial}.`]),
  ]
  return [description, ...notes].join(' ')
}
