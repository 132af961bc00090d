// What makes the command line start fast. Measured on Node 20, `assist whoami`: 105 ms without these, 49 ms with them, 27 ms for `node -e 0`.
import {readFileSync} from 'node:fs'
import {isBuiltin} from 'node:module'

const OCLIF = /[\\/]@oclif[\\/]core[\\/]lib[\\/].*\.js$/

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
 * with src/lib/cli/run-with-oclif.ts, which asks for them by their own paths and is loaded when somebody needs them.
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
      onResolve({filter: /^(\.\/(config|help|handle)|cli-spinners)$/}, ({path, importer}) => {
        const file = importer.replaceAll('\\', '/').split('/@oclif/core/lib/')[1]
        return STAND_INS[file]?.[path] ? {path, namespace: 'stand-in', pluginData: STAND_INS[file][path]} : undefined
      })
      onLoad({filter: /.*/, namespace: 'stand-in'}, ({pluginData}) => ({contents: pluginData}))
    },
  }
}

/** Ways from the small part back to the large one. */
const STAND_INS = {
  // Command.run would load the configuration that it was given a second time.
  'command.js': {'./config': 'exports.Config = {load: async (config) => config}'},
  // For Flags.help(), which we leave to oclif's main.
  'flags.js': {'./help': ''},
  // Our main reports errors itself.
  'errors/index.js': {'./handle': ''},
  // 31 KB of animations, none of them ours.
  'ux/action/spinner.js': {'cli-spinners': ''},
}

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
    },
  }
}

function makeLazy(source) {
  let text = source
  const declaration = /^(?:const|var) (\w+) = ((?:__import\w+\()?require\("[^"]+"\)\)?);$/gm
  for (const [line, name, load] of source.matchAll(declaration)) {
    const [before, after] = text.split(line)
    const use = new RegExp(`(?<![.\\w$])${name}(?![\\w$])`, 'g')
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
