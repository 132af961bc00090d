import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {nearest} from './nearest.ts'

/** Words for a deed of ours that other programs have. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  config: 'assist configure',
  exec: "assist run -i INSTANCE 'COMMAND'",
  history: 'assist invocations',
  hosts: 'assist describe-status',
  init: 'assist configure',
  jobs: 'assist invocations',
  kill: 'assist stop ID',
  list: 'assist invocations',
  login: 'assist configure',
  logs: 'assist results ID --follow',
  ls: 'assist invocations',
  nodes: 'assist describe-status',
  ps: 'assist invocations',
  schedule: "assist run --frequency 'rate(10m)' 'SCRIPT'",
  shell: "assist run -i INSTANCE 'COMMAND'",
  ssh: "assist run -i INSTANCE 'COMMAND'",
  start: 'assist local up',
  status: 'assist describe-status',
  tail: 'assist results ID --follow',
  up: 'assist local up',
  down: 'assist local down',
}

/** `assist isntances` and the like. `ids` are oclif's, with colons. */
export function unknownCommand(argv: readonly string[], ids: readonly string[]): AssistError {
  const names = ids.map((id) => id.replaceAll(':', ' '))
  const words = argv.filter((word) => !word.startsWith('-'))
  const [first = '', second] = words
  const below = names.filter((name) => name.startsWith(`${first} `))
  if (below.length > 0 && second !== undefined) {
    const given = `${first} ${second}`
    return complaint(given, nearest(given, below), `See: assist ${first} --help`)
  }
  const elsewhere = ELSEWHERE[first]
  if (elsewhere) return new AssistError('usage', `there is no command ${quote(first)}`, {hint: `Use: ${elsewhere}`})
  const meant = nearest(words.slice(0, 2).join(' '), names) ?? nearest(first, names)
  return complaint(first, meant, 'See: assist --help')
}

function complaint(given: string, meant: string | undefined, otherwise: string): AssistError {
  const hint = meant ? `Did you mean: assist ${meant}` : otherwise
  return new AssistError('usage', `there is no command ${quote(given)}`, {hint})
}
