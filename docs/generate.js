// Writes what is generated: oclif.manifest.json, the command list of the README, docs/commands. `--check` only says what is stale.
import {execFileSync} from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
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
import help from '../dist/help.cjs'

const {helpText} = help
const GENERATED = ['oclif.manifest.json', 'README.md', 'docs/commands']
const check = process.argv.includes('--check')
const root = check ? copyOfTheTree() : process.cwd()
const oclif = (...args) =>
  execFileSync(process.execPath, [join(process.cwd(), 'node_modules/oclif/bin/run.js'), ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {...process.env, NODE_ENV: 'production', DEBUG: ''},
  })

try {
  oclif('manifest')
  sortCommands(join(root, 'oclif.manifest.json'))
  rmSync(join(root, 'docs/commands'), {recursive: true, force: true})
  writeDocs()
  if (check) failWhenStale()
} finally {
  if (check) rmSync(root, {recursive: true, force: true})
}

/** A page for each command and each group of commands, as `--help` shows it, and the list of them in the README. */
function writeDocs() {
  const {commands} = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8'))
  const {oclif: settings} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const shown = Object.values(commands).filter(({hidden}) => !hidden)
  const names = [...new Set(shown.map(({id}) => id.split(':')[0]))].sort()
  mkdirSync(join(root, 'docs/commands'), {recursive: true})
  for (const name of names) {
    const ids = shown.map(({id}) => id).filter((id) => id.split(':')[0] === name)
    writeFileSync(join(root, `docs/commands/${name}.md`), ids.map(sectionOf).join('\n'))
  }
  const list = names.map((name) => {
    const about = settings.topics[name]?.description ?? commands[name].summary
    return `* [\`assist ${name}\`](docs/commands/${name}.md) - ${about}`
  })
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  writeFileSync(
    join(root, 'README.md'),
    readme.replace(
      /(<!-- commands -->\n).*(<!-- commandsstop -->)/s,
      (_, begin, end) => `${begin}${list.join('\n')}\n${end}`,
    ),
  )
}

function sectionOf(id) {
  const words = id.split(':')
  const text = helpText(words, root, {width: 100, color: false})
  return `## \`assist ${words.join(' ')}\`\n\n\`\`\`\n${text}\`\`\`\n`
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
