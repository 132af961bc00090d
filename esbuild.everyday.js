// Which modules the everyday commands share, and the file that holds those commands.
import {existsSync, readdirSync} from 'node:fs'
import {dirname} from 'node:path'

/**
 * What nearly every command needs, as one module that is put into all of them, so that it ends up in one file: Node takes half a millisecond to find
 * and read each, and esbuild would otherwise make one for every set of commands that share something. What is heavy is imported where it is used.
 */
export function everyday() {
  return {
    name: 'everyday',
    setup({onResolve, onLoad}) {
      onResolve({filter: /^everyday$/}, () => ({path: 'everyday', namespace: 'everyday'}))
      onLoad({filter: /.*/, namespace: 'everyday'}, () => ({
        contents: everydayFiles(EVERYDAY, HEAVY)
          .map((file) => `import ${JSON.stringify(`./${file}`)}`)
          .join('\n'),
        resolveDir: process.cwd(),
      }))
    },
  }
}

const EVERYDAY = [
  'src/lib/actions',
  'src/lib/actions/fields',
  'src/lib/actions/fleet',
  'src/lib/actions/run',
  'src/lib/actions/script',
  'src/lib/actions/stored',
  'src/lib/actions/target',
  'src/lib/ecs/api',
  'src/lib/view',
  'src/lib/view/fleet',
  'src/lib/view/form',
  'src/lib/view/run',
  'src/lib/view/stored',
  'src/lib/cli/command/base-command',
  'src/lib/cli/command/list-command',
  'src/lib/cli/terminal/live',
  'src/lib/cli/command/running-command',
  'src/lib/cli/flags/run',
  'src/lib/cli/start/run-command-line',
]
const HEAVY = ['src/lib/actions/explain-cron.ts', 'src/lib/view/form/table.ts']

/** What runs for long and rarely starts; all other commands are everyday ones, each loaded when it is run. */
const ELSEWHERE = /^(agent|server)\/|^local\/serve\./

export function everydayScript(commands) {
  const table = commands
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !ELSEWHERE.test(file))
    .map((file) => `${JSON.stringify(idOf(file))}: () => import('./commands/${file}')`)
  return `
    import {runOneOf} from './lib/cli/start/run-command-line.ts'
    const commands = {${table}}
    export const run = (argv, root) => runOneOf(commands, argv, root)
  `
}

/** As oclif spells it. */
function idOf(file) {
  return file.replace(/(\/index)?\.ts$/, '').replaceAll('/', ':')
}

/** @throws Error for a name that no file has: what was moved would start slowly, unseen. */
export function everydayFiles(prefixes, but) {
  const gone = but.find((file) => !existsSync(file))
  if (gone) throw new Error(`${gone}: there is no such file`)
  return prefixes.flatMap(filesOf).filter((file) => !but.includes(file))
}

/** The TypeScript files that begin with `prefix`, in that folder itself. */
function filesOf(prefix) {
  const folder = existsSync(prefix) ? prefix : dirname(prefix)
  const files = (existsSync(folder) ? readdirSync(folder) : [])
    .sort()
    .map((name) => `${folder}/${name}`)
    .filter((file) => file.startsWith(prefix) && file.endsWith('.ts'))
  if (files.length === 0) throw new Error(`${prefix}: no file begins like this`)
  return files
}
