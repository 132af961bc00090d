// Bundles the program into dist/, or into the folder given: an unbundled oclif start costs about three times a bare `node -e 0`.
import {readdirSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {build} from 'esbuild'
import {everyday, everydayScript} from './esbuild.everyday.js'
import {elsewhere, lazyRequires, nodeModulesByCall, nodeNamesByCall, smallOclif} from './esbuild.plugins.js'

/** Packages that few commands need, each in a file of its own for the everyday commands, which are one file. */
const APART = ['cli-spinners', 'cli-table3', 'wrap-ansi', 'yaml', '@jmespath-community/jmespath', 'https-proxy-agent']
/** The same, of which only the default export is used: Node hands that of a CommonJS file over as the whole of it. */
const APART_BY_DEFAULT = ['conf', 'inquirer']
/** It makes dates though we ask for numbers; looking up the language of this machine for them takes as long as half a start. */
const CRON_PARSER = "require('luxon').Settings.defaultLocale = 'en-US'; module.exports = require('cron-parser')"

const commands = readdirSync('src/commands', {recursive: true, encoding: 'utf8'})
  .filter((file) => file.endsWith('.ts'))
  .sort()

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: false,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  plugins: [smallOclif(), lazyRequires(), nodeNamesByCall(), nodeModulesByCall()],
  // libsql loads a prebuilt binary by path; the others are development-only branches of oclif.
  external: ['libsql', 'typescript', 'ts-node', 'tsx'],
}
// Node's loader of ES modules takes milliseconds to begin with. In CommonJS a dynamic import is a part of the same file that runs when it is reached.
const classic = {...common, format: 'cjs', supported: {'dynamic-import': false}}

/** The builds, as esbuild takes them. */
export function buildsInto(outdir) {
  const apart = Object.fromEntries(
    ['cron-parser', ...APART, ...APART_BY_DEFAULT].map((name) => [name, `./${fileOf(name)}`]),
  )
  return [
    // By itself, so that `--version` loads nothing else.
    {
      ...classic,
      supported: {},
      entryPoints: ['src/lib/cli/main.ts'],
      outfile: join(outdir, 'lib/cli/main.cjs'),
      plugins: [elsewhere({'./start/run-command-line.ts': './start/run-command-line.js'}), ...common.plugins],
    },
    {
      ...classic,
      stdin: {contents: everydayScript(commands), resolveDir: 'src', sourcefile: 'everyday.ts', loader: 'ts'},
      outfile: join(outdir, 'everyday.cjs'),
      plugins: [elsewhere(apart), ...common.plugins],
    },
    {...classic, entryPoints: ['src/lib/cli/help/show-help.ts'], outfile: join(outdir, 'help.cjs')},
    {
      ...classic,
      stdin: {contents: CRON_PARSER, resolveDir: 'node_modules/cron-parser', sourcefile: 'cron-parser.js'},
      outfile: join(outdir, fileOf('cron-parser')),
    },
    ...APART.map((name) => ({...classic, entryPoints: [name], outfile: join(outdir, fileOf(name))})),
    ...APART_BY_DEFAULT.map((name) => ({
      ...classic,
      entryPoints: [name],
      outfile: join(outdir, fileOf(name)),
      footer: {js: 'module.exports=module.exports.default'},
    })),
    {
      ...common,
      format: 'esm',
      entryPoints: ['src/lib/cli/start/run-command-line.ts', ...commands.map((file) => `src/commands/${file}`)],
      outdir,
      outbase: 'src',
      splitting: true,
      // One chunk for what all of them share, instead of one for each set of sharers.
      inject: ['everyday'],
      plugins: [everyday(), ...common.plugins],
      // CommonJS dependencies call require() for Node's own modules.
      banner: {js: "const require=process.getBuiltinModule('node:module').createRequire(import.meta.url);"},
    },
  ]
}

function fileOf(name) {
  return `apart/${name.split('/').at(-1)}.cjs`
}

if (process.argv[1] === import.meta.filename) {
  const outdir = process.argv[2] ?? 'dist'
  rmSync(outdir, {recursive: true, force: true})
  await Promise.all(buildsInto(outdir).map((options) => build(options)))
}
