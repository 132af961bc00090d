// Bundles every command into its own entry with shared chunks: an unbundled oclif start costs about three times a bare `node -e 0`.
import {readdirSync, rmSync} from 'node:fs'
import {build} from 'esbuild'

const commands = readdirSync('src/commands', {recursive: true, encoding: 'utf8'}).filter((file) => file.endsWith('.ts'))

rmSync('dist', {recursive: true, force: true})
await build({
  entryPoints: ['src/lib/cli/main.ts', ...commands.map((file) => `src/commands/${file}`)],
  outdir: 'dist',
  outbase: 'src',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  sourcemap: false,
  logLevel: 'warning',
  // libsql loads a prebuilt binary by path; the others are development-only branches of oclif.
  external: ['libsql', 'typescript', 'ts-node', 'tsx'],
  // CommonJS dependencies call require() for Node's own modules.
  banner: {
    js: "import {createRequire as createRequireForBundle} from 'node:module';const require=createRequireForBundle(import.meta.url);",
  },
})
