import {printLong} from '../terminal/print-long.ts'
import {useColor} from '../terminal/show.ts'
import {screen} from '../terminal/standard-output.ts'
import {commandPage} from './command-page.ts'
import {findHelp, type HelpTarget} from './find-help.ts'
import {layOut, type Section, type Surface} from './lay-out.ts'
import {type Manifest, readManifest} from './manifest.ts'
import {groupPage, overviewPage} from './overview-page.ts'

/** Prints the help that these words ask for; false: of that there is none. */
export async function showHelp(argv: readonly string[], root: string): Promise<boolean> {
  const text = helpText(argv, root, surfaceOf(process.env, screen()))
  if (text !== undefined) await printLong(text)
  return text !== undefined
}

/** Undefined: of that there is none. `root` is the folder of the package. */
export function helpText(argv: readonly string[], root: string, surface: Surface): string | undefined {
  const manifest = readManifest(root)
  const target = findHelp(argv, manifest)
  return target && layOut(helpPage(target, manifest), surface)
}

function helpPage(target: HelpTarget, manifest: Manifest): Section[] {
  switch (target.kind) {
    case 'all':
      return overviewPage(manifest)
    case 'command':
      return commandPage(target.command, target.typed, manifest)
    case 'group':
      return groupPage(target.id, manifest)
    case 'topic':
      return [{paragraphs: [target.topic.summary]}, ...target.topic.sections]
  }
}

const WIDTH = 80
const NARROWEST = 40
/** Longer lines are hard to read. */
const WIDEST = 120

/** The width that somebody asked for, else the terminal's. */
export function surfaceOf(environment: NodeJS.ProcessEnv, stdout: {isTTY?: boolean; columns?: number}): Surface {
  const asked = [environment['OCLIF_COLUMNS'], environment['COLUMNS'], stdout.columns]
    .map(Number)
    .find((one) => one > 0)
  const width = Math.min(WIDEST, Math.max(NARROWEST, Math.floor(asked ?? WIDTH)))
  return {width, color: useColor({}, environment, stdout)}
}
