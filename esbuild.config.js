// Bundles every command into its own entry with shared chunks: an unbundled oclif start costs about three times a bare `node -e 0`.
import {readdirSync, rmSync} from 'node:fs'
import {build} from 'esbuild'
import {apart, everyday, lazyRequires, nodeModulesByCall, smallOclif} from './esbuild.plugins.js'

const commands = readdirSync('src/commands', {recursive: true, encoding: 'utf8'}).filter((file) => file.endsWith('.ts'))

const common = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: false,
  logLevel: 'warning',
  plugins: [smallOclif(), lazyRequires(), nodeModulesByCall()],
  // CommonJS dependencies call require() for Node's own modules.
  banner: {js: "const require=process.getBuiltinModule('node:module').createRequire(import.meta.url);"},
}

rmSync('dist', {recursive: true, force: true})
await Promise.all([
  // By itself, so that `--version` loads nothing else.
  build({
    ...common,
    entryPoints: ['src/lib/cli/main.ts'],
    outdir: 'dist/lib/cli',
    plugins: [apart('./run-command-line'), ...common.plugins],
  }),
  build({
    ...common,
    entryPoints: ['src/lib/cli/run-command-line.ts', ...commands.map((file) => `src/commands/${file}`)],
    outdir: 'dist',
    outbase: 'src',
    splitting: true,
    // One chunk for what all of them share, instead of one for each set of sharers.
    inject: ['everyday'],
    plugins: [everyday(), ...common.plugins],
    // libsql loads a prebuilt binary by path; the others are development-only branches of oclif.
    external: ['libsql', 'typescript', 'ts-node', 'tsx'],
  }),
])
