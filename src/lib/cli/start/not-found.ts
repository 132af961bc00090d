import {commandNames} from '../command/command-names.ts'
import {unknownCommand} from '../command/unknown-command.ts'
import {unknownFlag} from '../command/usage-error.ts'
import {inheritedFlags, splitLeadingFlags} from '../help/leading-flags.ts'
import {readManifest} from '../help/manifest.ts'
import {showHelp} from '../help/show-help.ts'

/** Words that name no command: a group of commands shows what is in it. @throws AssistError (usage) for everything else */
export async function explainNotFound(argv: readonly string[], root: string): Promise<void> {
  const manifest = readManifest(root)
  const {rest} = splitLeadingFlags(argv, manifest)
  const [first] = rest
  if (first?.startsWith('-') && !HELP.includes(first))
    throw unknownFlag(
      first,
      inheritedFlags(manifest).map(({name}) => name),
    )
  if (rest.some((word) => HELP.includes(word)) || !(await showHelp(rest, root))) {
    throw unknownCommand(
      rest.filter((word) => !HELP.includes(word)),
      ['help', ...Object.keys(manifest.topics), ...commandNames(root)],
    )
  }
}

const HELP = ['--help', '-h']
