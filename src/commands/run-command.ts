import {Args, Flags} from '@oclif/core'
import {concludeRun} from '../lib/actions/run/conclude-run.ts'
import {parseRun, runScript} from '../lib/actions/run/run-command.ts'
import {RunningCommand} from '../lib/cli/command/running-command.ts'
import {connectionFlags} from '../lib/cli/flags/common.ts'
import {scriptFlags, splitAtDashes, targetFlags, useFlags, waitFlags} from '../lib/cli/flags/run.ts'
import {surroundings} from '../lib/cli/terminal/surroundings.ts'
import {invokeIdsView, resultsView, runColumns, submittedView, summaryLines} from '../lib/view/run/run-command.ts'

export default class RunCommand extends RunningCommand {
  static override aliases = ['run']
  static override summary = 'Run a script on instances, print what it prints, and exit with its exit code.'
  static override description = `The script is one argument, a file (-f), standard input (-), or the words behind --.
Without a target, the profile "local" runs it on this machine. More than 100 targets are split into several calls.
See also: assist help exit-codes`
  static override usage = [
    "<%= command.id %> [TARGET] [FLAGS] 'SCRIPT'",
    '<%= command.id %> [TARGET] [FLAGS] -f FILE',
    '<%= command.id %> [TARGET] [FLAGS] -- WORD...',
  ]
  static override examples = [
    "<%= config.bin %> run -i i-bp1abc 'uptime'",
    '<%= config.bin %> run --tag env=prod -f deploy.sh --param version=1.4 --exec-timeout 10m',
    'cat check.sh | <%= config.bin %> run --all -',
    '<%= config.bin %> run -i i-bp1abc -- ls -l "/my files"',
    "<%= config.bin %> run -i i-bp1abc --frequency '0 */10 * * * *' 'df -h'",
    "<%= config.bin %> run --profile local 'echo 123'",
  ]
  static override strict = false
  static override args = {
    script: Args.string({description: 'The script as one argument; - reads it from stdin.', ignoreStdin: true}),
  }
  static override flags = {
    ...connectionFlags,
    ...targetFlags,
    ...scriptFlags,
    env: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'Environment variable for the script; it becomes part of the script, which is stored in clear.',
      helpGroup: 'PROCESS',
      helpValue: 'NAME=VALUE',
    }),
    ...useFlags,
    'command-name': Flags.string({description: 'Name of the command.', helpGroup: 'SCRIPT', helpValue: 'NAME'}),
    description: Flags.string({description: 'What it is for.', helpGroup: 'SCRIPT', helpValue: 'TEXT'}),
    keep: Flags.boolean({description: 'Keep it as a stored command.', helpGroup: 'SCRIPT'}),
    ...waitFlags,
  }

  async run(): Promise<void> {
    const {before, after} = splitAtDashes(this.argv)
    const {flags, raw} = await this.parse(RunCommand, before)
    const words = raw.flatMap((token) => (token.type === 'arg' ? [token.input] : []))
    const input = await parseRun(
      {readInput: surroundings.readInput, nowMs: surroundings.clock.now(), zone: surroundings.zone},
      flags,
      {words, afterDashes: after, file: flags.file, type: flags.type},
    )
    for (const warning of input.warnings) this.notice(flags, `Warning: ${warning}`)
    const connection = await this.connect(flags, runColumns(input, flags['print-id']))
    const {ecs, localInstanceId} = connection
    await this.carry(flags, connection, async (tools, signal) => {
      const done = await runScript({...tools, ecs, localInstanceId}, input, signal)
      const {exitCode, goesOn} = concludeRun(done, {exitPolicy: input.exitPolicy, again: this.again(flags)})
      const {result} = done
      return {
        result,
        exitCode,
        wasLive: input.wait,
        notices: input.wait ? [...summaryLines(result.results, input.use.repeatMode), ...goesOn] : [],
        view: () => {
          if (input.wait) return resultsView(result.results)
          return flags['print-id'] ? invokeIdsView(result) : submittedView(result)
        },
      }
    })
  }
}
