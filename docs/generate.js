// Writes what is generated: oclif.manifest.json, the command list of the README, docs/commands. `--check` only says what is stale.
import {execFileSync} from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

const GENERATED = ['oclif.manifest.json', 'README.md', 'docs/commands']
const check = process.argv.includes('--check')
const root = check ? copyOfTheTree() : process.cwd()
const oclif = (...args) =>
  execFileSync(process.execPath, [join(process.cwd(), 'node_modules/oclif/bin/run.js'), ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {...process.env, OCLIF_COLUMNS: '100', NO_COLOR: '1', NODE_ENV: 'production', DEBUG: ''},
  })

try {
  oclif('manifest')
  sortCommands(join(root, 'oclif.manifest.json'))
  rmSync(join(root, 'docs/commands'), {recursive: true, force: true})
  oclif('readme', '--multi', '--dir', 'docs/commands', '--no-aliases')
  if (check) failWhenStale()
} finally {
  if (check) rmSync(root, {recursive: true, force: true})
}

/** oclif writes them as the file system happened to list them. */
function sortCommands(file) {
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  const commands = Object.fromEntries(Object.entries(manifest.commands).sort(([a], [b]) => (a < b ? -1 : 1)))
  writeFileSync(file, `${JSON.stringify({...manifest, commands}, null, 2)}\n`)
}

function copyOfTheTree() {
  const copy = mkdtempSync(join(tmpdir(), 'assist-generated-'))
  for (const name of ['package.json', 'README.md', 'bin', 'dist']) cpSync(name, join(copy, name), {recursive: true})
  symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'))
  return copy
}

function failWhenStale() {
  const stale = GENERATED.filter((name) => contentOf(name) !== contentOf(join(root, name)))
  if (stale.length === 0) return
  console.error(`stale: ${stale.join(', ')}; run: npm run build && npm run generate`)
  process.exitCode = 1
}

/** A file's text, or all files of a folder in one. */
function contentOf(path) {
  if (!existsSync(path)) return ''
  if (!statSync(path).isDirectory()) return readFileSync(path, 'utf8')
  return readdirSync(path)
    .sort()
    .map((name) => `${name}\n${readFileSync(join(path, name), 'utf8')}`)
    .join('\n')
}
