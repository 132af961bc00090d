// Bundles every command into its own entry with shared chunks: an unbundled oclif start costs about three times a bare `node -e 0`.
import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {build} from 'esbuild'
import {apart, everyday, everydayScript, lazyRequires, nodeModulesByCall, smallOclif} from './esbuild.plugins.js'
import {precompile} from './esbuild.precompile.js'

const commands = readdirSync('src/commands', {recursive: true, encoding: 'utf8'}).filter((file) => file.endsWith('.ts'))

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: false,
  logLevel: 'warning',
  plugins: [smallOclif(), lazyRequires(), nodeModulesByCall()],
  // libsql loads a prebuilt binary by path; the others are development-only branches of oclif.
  external: ['libsql', 'typescript', 'ts-node', 'tsx'],
}
const esm = {
  ...common,
  format: 'esm',
  // CommonJS dependencies call require() for Node's own modules.
  banner: {js: "const require=process.getBuiltinModule('node:module').createRequire(import.meta.url);"},
}

rmSync('dist', {recursive: true, force: true})
await Promise.all([
  // By itself, so that `--version` loads nothing else; CommonJS, because Node's loader of modules takes milliseconds to begin with.
  build({
    ...common,
    format: 'cjs',
    entryPoints: ['src/lib/cli/main.ts'],
    outfile: 'dist/lib/cli/main.cjs',
    plugins: [apart('./start/run-command-line'), ...common.plugins],
  }),
  build({
    ...esm,
    entryPoints: ['src/lib/cli/start/run-command-line.ts', ...commands.map((file) => `src/commands/${file}`)],
    outdir: 'dist',
    outbase: 'src',
    splitting: true,
    // One chunk for what all of them share, instead of one for each set of sharers.
    inject: ['everyday'],
    plugins: [everyday(), ...common.plugins],
  }),
  // Once more in one classic script: only of such a one does Node 20 take code that was compiled before.
  build({
    ...common,
    format: 'cjs',
    charset: 'ascii',
    legalComments: 'none',
    // Code from a cache has nobody to import for it.
    supported: {'dynamic-import': false},
    // Rare and large; found in node_modules when they are asked for.
    external: [...common.external, 'yaml', '@jmespath-community/jmespath'],
    stdin: {contents: everydayScript(commands), resolveDir: 'src'},
    outfile: 'dist/everyday.cjs',
  }),
])
writeFileSync('dist/everyday.cjs', asAscii(readFileSync('dist/everyday.cjs', 'utf8')))
await precompile()

/** esbuild leaves regular expressions as they are written. A file of ASCII is read in half the time. */
function asAscii(code) {
  return code.replace(/[^\x00-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
