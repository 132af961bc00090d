import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {type Command, Errors} from '@oclif/core'
import {EXIT_CODES} from '../../core/errors.ts'
import {reportError} from '../command/report-error.ts'
import {type FoundCommand, findBehindFlags, findCommand} from './find-command.ts'

/** Runs the command that `argv` names. Sets the exit code; never throws. */
export async function runCommandLine(argv: string[], root: string): Promise<void> {
  await guard(argv, async () => {
    const words = argv[0] === 'help' ? argv.slice(1) : argv
    const found = findCommand(words, root) ?? findBehindFlags(words, root)
    if (found) return runFound(found, root, await import(pathToFileURL(found.file).href))
    const {explainNotFound} = await import('./not-found.ts')
    await explainNotFound(words, root)
  })
}

/** As runCommandLine, with the commands given by their ids; undefined for any other. */
export function runOneOf(
  commands: Readonly<Record<string, () => Promise<CommandModule>>>,
  argv: string[],
  root: string,
): Promise<void> | undefined {
  const found = findCommand(argv, root)
  const load = found && commands[found.id]
  return load && guard(argv, async () => runFound(found, root, await load()))
}

async function guard(argv: readonly string[], run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    process.exitCode =
      error instanceof Errors.ExitError
        ? (error.oclif.exit ?? EXIT_CODES.bug)
        : reportError(error, {json: argv.includes('--json')})
  }
}

/** Straight to the command, past oclif's loading of plug-ins, hooks, themes and the whole manifest, of which we use none here. */
async function runFound({id, argv}: FoundCommand, root: string, {default: command}: CommandModule): Promise<void> {
  command.id = id
  await command.run(argv, slimConfig(root, readPackage(root)) as Command['config'])
}

function readPackage(root: string): PackageJson {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PackageJson
}

interface CommandModule {
  default: CommandClass
}

type CommandClass = typeof Command & {run(argv: string[], config: Command['config']): Promise<unknown>}

interface PackageJson {
  name: string
  version: string
  oclif: {bin: string}
}

/** What a command asks of oclif's configuration. */
function slimConfig(root: string, pjson: PackageJson): unknown {
  return {
    root,
    pjson,
    name: pjson.name,
    version: pjson.version,
    bin: pjson.oclif.bin,
    topicSeparator: ' ',
    userAgent: `${pjson.name}/${pjson.version}`,
    runHook: async () => ({successes: [], failures: []}),
    scopedEnvVar: () => undefined,
    scopedEnvVarKey: (key: string) => `ASSIST_${key}`,
    scopedEnvVarKeys: (key: string) => [`ASSIST_${key}`],
    scopedEnvVarTrue: () => false,
    findCommand: () => undefined,
  }
}
