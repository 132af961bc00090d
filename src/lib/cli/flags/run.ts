import {Flags} from '@oclif/core'
import {formatDuration} from '../../core/duration.ts'
import {COMMAND} from '../../protocol/ecs/parameters/command.ts'

const SHORTEST = formatDuration(COMMAND.timeout.min * 1000)
const LONGEST = formatDuration(COMMAND.timeout.max * 1000)
const USUAL = formatDuration(COMMAND.timeout.default * 1000)

/** Which instances: for `run`, `invoke` and whoever else acts on some. */
export const targetFlags = {
  instance: Flags.string({
    char: 'i',
    multiple: true,
    multipleNonGreedy: true,
    description: 'Instance id or name, a comma list of them, @FILE with a list, or - for a list on stdin.',
    helpGroup: 'TARGET',
    helpValue: 'ID',
  }),
  tag: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'Instances with this tag; several must all match.',
    helpGroup: 'TARGET',
    helpValue: 'KEY=VALUE',
  }),
  name: Flags.string({
    description: 'Instances whose name matches; * and ? stand for anything.',
    helpGroup: 'TARGET',
    helpValue: 'GLOB',
  }),
  'resource-group': Flags.string({
    description: 'Instances of this resource group.',
    helpGroup: 'TARGET',
    helpValue: 'ID',
  }),
  all: Flags.boolean({description: 'Every instance whose agent is online.', helpGroup: 'TARGET'}),
}

/** Where a script comes from and what it is. */
export const scriptFlags = {
  file: Flags.string({
    char: 'f',
    description: 'File with the script; - is stdin.',
    helpGroup: 'SCRIPT',
    helpValue: 'FILE',
  }),
  type: Flags.string({
    description: 'shell, bat or powershell (default: by the file name, else shell).',
    helpGroup: 'SCRIPT',
    helpValue: 'TYPE',
  }),
}

export const processFlags = {
  cwd: Flags.string({description: 'Directory to run in; it must exist.', helpGroup: 'PROCESS', helpValue: 'DIR'}),
  'exec-timeout': Flags.string({
    description: `How long the script may run, ${SHORTEST} to ${LONGEST} (default: ${USUAL}).`,
    helpGroup: 'PROCESS',
    helpValue: 'TIME',
  }),
  launcher: Flags.string({
    description: 'Program line that starts the script file, such as: python3 -u {{ACS::ScriptFileName|Ext(".py")}}',
    helpGroup: 'PROCESS',
    helpValue: 'LINE',
  }),
}

/** How, when and how long: alike for a new script and a stored command. */
export const useFlags = {
  param: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'Value for {{KEY}} in the script. It is put in as it is, without quotes.',
    helpGroup: 'PROCESS',
    helpValue: 'KEY=VALUE',
  }),
  ...processFlags,
  user: Flags.string({description: 'User to run as (default: root, or System).', helpGroup: 'PROCESS'}),
  'windows-password-name': Flags.string({
    description: 'Encrypted parameter with the password of --user, on Windows.',
    helpGroup: 'PROCESS',
    helpValue: 'NAME',
  }),
  'container-id': Flags.string({description: 'Run inside this container.', helpGroup: 'PROCESS', helpValue: 'ID'}),
  'container-name': Flags.string({
    description: 'Run inside the container of this name.',
    helpGroup: 'PROCESS',
    helpValue: 'NAME',
  }),
  'termination-mode': Flags.string({
    description: 'What a stop or timeout ends: Process or ProcessTree.',
    helpGroup: 'PROCESS',
    helpValue: 'MODE',
  }),
  'oss-output': Flags.string({
    description: 'Also store the output there: oss://BUCKET/PREFIX.',
    helpGroup: 'PROCESS',
    helpValue: 'URI',
  }),
  frequency: Flags.string({
    description: 'Run on a schedule: cron with seconds ("0 */10 * * * *"), rate(5m) or at(2030-01-02 03:04:05).',
    helpGroup: 'WHEN',
    helpValue: 'EXPR',
  }),
  'repeat-mode': Flags.string({
    description: 'Once, Period, NextRebootOnly, EveryReboot or DryRun.',
    helpGroup: 'WHEN',
    helpValue: 'MODE',
  }),
  'client-token': Flags.string({
    description: 'Makes repeating this command harmless: the same token starts nothing twice.',
    helpGroup: 'WHEN',
    helpValue: 'TOKEN',
  }),
}

/** Waiting for scripts and showing what they print. */
export const waitFlags = {
  wait: Flags.boolean({
    allowNo: true,
    description: 'Wait for the end (default, except for schedules).',
    helpGroup: 'WAIT',
  }),
  'exit-policy': Flags.string({
    options: ['largest', 'class'],
    description: 'largest: exit with the largest code of any script; class: with 1 whatever failed.',
    helpGroup: 'WAIT',
  }),
  ...showFlags(),
}

/** How live output looks. */
export function showFlags() {
  return {
    group: Flags.boolean({description: 'Print the output of each instance as one block.', helpGroup: 'WAIT'}),
    prefix: Flags.boolean({
      allowNo: true,
      default: true,
      description: 'Put the instance in front of each line (with several).',
      helpGroup: 'WAIT',
    }),
    raw: Flags.boolean({description: 'Leave control sequences as they are, on a terminal too.', helpGroup: 'WAIT'}),
    'print-id': Flags.boolean({
      description: 'Print the invocation id on stderr at once; with --no-wait it is also all of stdout.',
      helpGroup: 'WAIT',
    }),
  }
}

/** The words in front of `--` and those behind it, which are a script and no flags of ours. */
export function splitAtDashes(argv: readonly string[]): {before: string[]; after: string[] | undefined} {
  const index = argv.indexOf('--')
  return index < 0
    ? {before: [...argv], after: undefined}
    : {before: argv.slice(0, index), after: argv.slice(index + 1)}
}
