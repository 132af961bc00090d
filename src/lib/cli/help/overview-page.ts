import {commandRows} from './command-page.ts'
import {commandsIn} from './find-help.ts'
import type {Section} from './lay-out.ts'
import {type Manifest, spoken} from './manifest.ts'
import {HELP_TOPICS} from './topics.ts'

/** Ids of commands, and of groups of commands, in the order in which one meets them. */
export const OVERVIEW: ReadonlyArray<readonly [title: string, ids: readonly string[]]> = [
  ['CORE COMMANDS', ['run-command', 'describe-results', 'describe-invocations', 'stop-invocation']],
  ['STORED COMMANDS', ['create-command', 'describe-commands', 'invoke-command', 'modify-command', 'delete-command']],
  ['SCHEDULES', ['cron']],
  [
    'FLEET',
    [
      'describe-instances',
      'describe-status',
      'describe-regions',
      'create-activation',
      'describe-activations',
      'disable-activation',
      'delete-activation',
      'describe-managed-instances',
      'modify-managed-instance',
      'deregister-managed-instance',
    ],
  ],
  ['SELF-HOSTED', ['local', 'server', 'agent']],
  ['SETTINGS AND RAW CALLS', ['configure', 'whoami', 'ecs']],
]

/** What `assist` alone shows. */
export function overviewPage(manifest: Manifest): Section[] {
  return [
    {paragraphs: ['Run scripts on fleets of machines without a login.']},
    {title: 'WITHOUT AN ACCOUNT', lines: ["assist run --profile local 'echo 123'"]},
    {title: 'USAGE', lines: ['assist COMMAND [ARGUMENTS] [FLAGS]', 'assist help COMMAND']},
    ...OVERVIEW.map(([title, ids]) => ({title, rows: ids.flatMap((id) => rowOf(id, manifest) ?? [])})),
    {
      title: 'MORE COMMANDS',
      rows: commandRows(
        unlisted(manifest)
          .map((id) => manifest.commands[id])
          .filter((one) => one !== undefined),
      ),
    },
    {
      title: 'HELP TOPICS',
      rows: [
        ['exit-codes', 'What the exit codes mean.'],
        ...Object.entries(HELP_TOPICS).map(([name, {summary}]) => [name, summary] as const),
      ],
    },
    {
      title: 'EXAMPLES',
      lines: [
        "assist run -i i-bp1abc 'uptime'",
        'assist run --tag env=prod -f deploy.sh --exec-timeout 10m',
        "assist invoke c-hz0abc --all --frequency '0 30 21 * * *'",
        'assist results t-hz0abc --follow',
      ],
    },
    {paragraphs: [`The commands of the API go by its names too: ${longNames(manifest).join(', ')}.`]},
  ]
}

/** Help of a group of commands, such as `local`. */
export function groupPage(id: string, manifest: Manifest): Section[] {
  const commands = commandsIn(id, manifest)
  return [
    {paragraphs: [manifest.topics[id] ?? '']},
    {title: 'USAGE', lines: [`assist ${spoken(id)} COMMAND [FLAGS]`]},
    {
      title: 'EXAMPLES',
      lines: commands
        .flatMap(({examples = []}) => examples.slice(0, 1))
        .map((line) => line.replace(/<%= config\.bin %>/g, 'assist')),
    },
    {title: 'COMMANDS', rows: commandRows(commands)},
  ]
}

/** Commands that the table above has forgotten. */
export function unlisted(manifest: Manifest): string[] {
  const listed = OVERVIEW.flatMap(([, ids]) => ids)
  return Object.values(manifest.commands)
    .filter(({id, hidden}) => !hidden && !listed.includes(id.split(':')[0] ?? id))
    .map(({id}) => id)
}

/** By its short name, if it has one. */
function rowOf(id: string, manifest: Manifest): ReadonlyArray<readonly [string, string]> | undefined {
  const command = manifest.commands[id]
  if (manifest.topics[id] !== undefined) return [[id, manifest.topics[id]]]
  return command && [[command.aliases?.[0] ?? spoken(id), command.summary ?? '']]
}

function longNames({commands}: Manifest): string[] {
  return Object.values(commands)
    .filter(({aliases = [], hidden}) => !hidden && aliases.length > 0)
    .map(({id}) => id)
}
