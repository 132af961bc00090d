// What makes the command line start fast. Node 20, medians of 21 interleaved runs: `whoami` 111 → 60 ms, `describe-commands` 146 → 82 ms, `node -e 0` 24 ms.
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {isBuiltin} from 'node:module'
import {dirname} from 'node:path'

const OCLIF = /[\\/]@oclif[\\/]core[\\/]lib[\\/].*\.js$/

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
        contents: EVERYDAY.flatMap(filesOf)
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
  'src/lib/cli/command/base-command',
  'src/lib/cli/command/list-command',
  'src/lib/cli/terminal/live',
  'src/lib/cli/command/running-command',
  'src/lib/cli/flags/run',
  'src/lib/cli/start/run-command-line',
]
const HEAVY = ['src/lib/actions/explain-cron.ts', 'src/lib/view/table.ts', 'src/lib/cli/start/run-with-oclif.ts']

/** The commands outside topics, each loaded when it is run. The topics hold what is rare or runs for long. */
export function everydayScript(commands) {
  const table = commands
    .filter((file) => !/[\\/]/.test(file) && file !== 'help.ts' && file !== 'exit-codes.ts')
    .map((file) => `${JSON.stringify(file.replace('.ts', ''))}: () => import('./commands/${file}')`)
  return `
    import {runOneOf} from './lib/cli/start/run-command-line.ts'
    const commands = {${table}}
    export const run = (argv, root) => runOneOf(commands, argv, root)
  `
}

/** The TypeScript files that begin with `prefix`, in that folder itself. */
function filesOf(prefix) {
  const folder = existsSync(prefix) ? prefix : dirname(prefix)
  return readdirSync(folder)
    .map((name) => `${folder}/${name}`)
    .filter((file) => file.startsWith(prefix) && file.endsWith('.ts') && !HEAVY.includes(file))
}

/** Leaves `path` to a build of its own: the import stays, and names the built file. */
export function apart(path) {
  return {
    name: 'apart',
    setup({onResolve}) {
      onResolve({filter: /^\./}, (request) =>
        request.path === `${path}.ts` ? {path: `${path}.js`, external: true} : undefined,
      )
    },
  }
}

/**
 * Commands get the part of oclif that a command needs: Command, flags, arguments, errors. Help, plug-ins and the search for commands come
 * with src/lib/cli/start/run-with-oclif.ts, which asks for them by their own paths and is loaded when somebody needs them.
 */
export function smallOclif() {
  return {
    name: 'small-oclif',
    setup({onResolve, onLoad}) {
      onResolve({filter: /^@oclif\/core$/}, ({resolveDir}) => ({
        path: 'core',
        namespace: 'small-oclif',
        pluginData: resolveDir,
      }))
      onLoad({filter: /.*/, namespace: 'small-oclif'}, ({pluginData}) => ({
        contents: `
          export {Command} from '@oclif/core/command'
          export * as Flags from '@oclif/core/flags'
          export * as Args from '@oclif/core/args'
          export * as Errors from '@oclif/core/errors'
        `,
        resolveDir: pluginData,
      }))
      onResolve({filter: STANDS_IN}, ({path, importer}) => {
        const file = importer.replaceAll('\\', '/').split('/@oclif/core/lib/')[1]
        const contents = STAND_INS[file]?.[path]
        return contents === undefined ? undefined : {path, namespace: 'stand-in', pluginData: contents}
      })
      onResolve({filter: /^ejs$/}, ({importer}) =>
        OCLIF.test(importer) ? {path: 'ejs', namespace: 'stand-in', pluginData: EJS} : undefined,
      )
      onLoad({filter: /.*/, namespace: 'stand-in'}, ({pluginData}) => ({
        contents: pluginData || 'module.exports = {}',
        resolveDir: process.cwd(),
      }))
    },
  }
}

/** Ways from the small part back to the large one. Only what no command can reach may be empty. */
const STAND_INS = {
  'command.js': {
    // Command.run would load the configuration that it was given a second time.
    './config': 'exports.Config = {load: async (config) => config}',
    // For deprecated commands and flags, which we have none of.
    './help/util': 'exports.normalizeArgv = (config, argv = []) => argv',
  },
  // For Flags.help(), which we leave to oclif's main.
  'flags.js': {'./help': ''},
  // Our main reports errors itself.
  'errors/index.js': {'./handle': ''},
}
/** Help texts hold `<%= config.bin %>` and the like at most; compiling each as a template took half the time of `--help`. */
const EJS = `
  exports.render = (text, data) => {
    const valueOf = (path) => path.split('.').reduce((value, key) => value?.[key], data) ?? ''
    const plain = text.replace(/<%[=-]\\s*([\\w.]+)\\s*%>/g, (_, path) => String(valueOf(path)))
    return plain.includes('<%') ? require('ejs').render(text, data) : plain
  }
`

const STANDS_IN = /^\.\/(config|handle|help|help\/util)$/

/**
 * oclif is compiled to CommonJS that loads all of itself at once. Here each of its modules is loaded when it is first used. The compiled form is
 * regular (`const x_1 = require("x")`, then only `x_1.name`), so a textual change is safe; oclif's exact version is pinned, and the tests of
 * the built CLI stand on the result.
 */
export function lazyRequires() {
  return {
    name: 'lazy-requires',
    setup({onLoad}) {
      onLoad({filter: OCLIF}, ({path}) => ({contents: makeLazy(readFileSync(path, 'utf8')), loader: 'js'}))
      // httpx makes agents of its own at once, and loads TLS for that; we always give it one.
      onLoad({filter: /[\\/]httpx[\\/]lib[\\/]index\.js$/}, ({path}) => ({
        contents: makeLazy(readFileSync(path, 'utf8').replace(/new https?\.Agent\([^)]*\)/g, 'undefined')),
        loader: 'js',
      }))
    },
  }
}

function makeLazy(source) {
  let text = source
  const declaration = /^(?:const|var) (\w+) = ((?:__import\w+\()?require\(["'][^"']+["']\)\)?);$/gm
  for (const [line, name, load] of source.matchAll(declaration)) {
    const [before, after] = text.split(line)
    const use = new RegExp(`(?<![.'"\\w$])${name}(?![\\w$])`, 'g')
    const lazy = `let ${name}$;function ${name}$$(){return ${name}$??=${load}}`
    text = before.replace(use, `(${name}$$$$())`) + lazy + after.replace(use, `(${name}$$$$())`)
  }
  return text
}

/**
 * `import {readFileSync} from 'node:fs'` makes Node touch every name the module has, which loads streams, promises and web crypto along with it.
 * Asking for the module by a call does not.
 */
export function nodeModulesByCall() {
  return {
    name: 'node-modules-by-call',
    setup({onResolve, onLoad}) {
      onResolve({filter: /^node:/}, ({path, kind}) =>
        kind === 'import-statement' && isBuiltin(path) ? {path, namespace: 'by-call'} : undefined,
      )
      onLoad({filter: /.*/, namespace: 'by-call'}, ({path}) => ({
        contents: `module.exports=process.getBuiltinModule(${JSON.stringify(path)})`,
      }))
    },
  }
}
