import {Errors} from '@oclif/core'
import {Config} from '@oclif/core/config'
import {run} from '@oclif/core/run'
import {unknownCommand} from '../command/unknown-command.ts'

/** oclif as it comes, with help, topics and the search for commands. */
export async function runWithOclif(argv: string[], root: string, pjson: object): Promise<void> {
  const config = await Config.load({root, pjson: pjson as Config['pjson']})
  try {
    await run(argv, config)
  } catch (error) {
    const notFound = error instanceof Errors.CLIError && /^command .* not found$/.test(error.message)
    throw notFound ? unknownCommand(argv, names(config)) : error
  }
}

function names(config: Config): string[] {
  return config.commands
    .filter((command) => !command.hidden)
    .flatMap((command) => [command.id, ...(command.aliases ?? [])])
}
