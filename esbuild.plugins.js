// What makes the command line start fast; `npm run bench` prints what is left of it, docs/benchmarks.md keeps it.
import {readFileSync} from 'node:fs'
import {isBuiltin} from 'node:module'

const POP_CORE = /[\\/]@alicloud[\\/]pop-core[\\/]lib[\\/]rpc\.js$/
const OCLIF = /[\\/]@oclif[\\/]core[\\/]lib[\\/].*\.js$/

/** Leaves what is imported by these words to a build of its own: the import stays, and names the built file. */
export function elsewhere(files) {
  return {
    name: 'elsewhere',
    setup({onResolve}) {
      onResolve({filter: /./}, ({path}) =>
        Object.hasOwn(files, path) ? {path: files[path], external: true} : undefined,
      )
    },
  }
}

/**
 * Commands get the part of oclif that a command needs: Command, flags, arguments, errors. Help and the search for commands
 * are ours (src/lib/cli/help, src/lib/cli/start); plug-ins there are none.
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
      // Its checks of what it is made with; Node's own module for that takes a millisecond to load.
      onResolve({filter: /^assert$/}, ({path, importer}) =>
        POP_CORE.test(importer) ? {path, namespace: 'stand-in', pluginData: ASSERT} : undefined,
      )
      // Our own exchange takes the place of all that would call these (src/lib/ecs/wire/pop-client.ts).
      onResolve({filter: /^(httpx|json-bigint)$/}, ({path, importer}) =>
        POP_CORE.test(importer)
          ? {path, namespace: 'stand-in', pluginData: `throw new Error('${path} is not in this build')`}
          : undefined,
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
  // For Flags.help(), which no command has.
  'flags.js': {'./help': ''},
  // Our main reports errors itself.
  'errors/index.js': {'./handle': ''},
}

const ASSERT = 'module.exports = (value, message) => { if (!value) throw new TypeError(message) }'

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
      for (const filter of [OCLIF, POP_CORE])
        onLoad({filter}, ({path}) => ({
          contents: makeLazy(withoutWatch(path, readFileSync(path, 'utf8'))),
          loader: 'js',
        }))
    },
  }
}

/**
 * oclif's Command watches `process.stdout`, which has Node make that stream at every start. src/lib/cli/terminal/guard-streams.ts watches it
 * already, from when it is made.
 */
function withoutWatch(path, source) {
  if (!/[\\/]lib[\\/]command\.js$/.test(path)) return source
  const watch = /^process\.stdout\.on\('error', \(err\) => \{\n(?: .*\n)+\}\);$/m
  if (!watch.test(source)) throw new Error(`${path}: what watches standard output is not there any more`)
  return source.replace(watch, '')
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
 * Our own `import {readFileSync} from 'node:fs'` as a call that takes those names and no others: esbuild would copy all that the module has, at
 * every start and in every file, and an import makes Node touch each of them, which loads streams, promises, workers and web crypto along with it.
 */
export function nodeNamesByCall() {
  return {
    name: 'node-names-by-call',
    setup({onLoad}) {
      onLoad({filter: OURS}, ({path}) => ({contents: takeNames(readFileSync(path, 'utf8')), loader: 'ts'}))
    },
  }
}

const OURS = /[\\/]src[\\/].*\.ts$/
const NODE_IMPORT = /^import (?:(\w+)(?:, )?)?(?:\{([^}]*)\} )?(?: ?from) '(node:[\w/]+)'$/gm

function takeNames(source) {
  return source.replace(NODE_IMPORT, (line, whole, names, module) => {
    if (whole === 'type') return line
    const taken = (names ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && !name.startsWith('type '))
      .map((name) => name.replace(' as ', ': '))
    const call = `process.getBuiltinModule('${module}')`
    // One line for one line, so that places in errors stay true.
    const breaks = '\n'.repeat(line.split('\n').length - 1)
    return (
      [whole && `const ${whole} = ${call};`, taken.length > 0 && `const {${taken.join(', ')}} = ${call};`]
        .filter(Boolean)
        .join(' ') + breaks
    )
  })
}

/** The same for the packages in the bundle, whose way of importing is theirs: by a call, as a whole. */
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
