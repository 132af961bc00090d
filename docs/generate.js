// Writes what is generated: oclif.manifest.json and the command part of both READMEs. `--check` only says what is stale.
import {execFileSync} from 'node:child_process'
import {cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

const GENERATED = ['oclif.manifest.json', 'README.md']
const check = process.argv.includes('--check')
const root = check ? copyOfTheTree() : process.cwd()
const oclif = (...args) =>
  execFileSync(process.execPath, [join(process.cwd(), 'node_modules/oclif/bin/run.js'), ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {...process.env, OCLIF_COLUMNS: '100', NO_COLOR: '1', NODE_ENV: 'production', DEBUG: ''},
  })

try {
  oclif('manifest')
  oclif('readme', '--no-aliases', '--readme-path', 'README.md')
  stripMachineDetails(join(root, 'README.md'))
  if (check) failWhenStale()
} finally {
  if (check) rmSync(root, {recursive: true, force: true})
}

/** oclif's usage block names the operating system and Node of whoever ran it. */
function stripMachineDetails(file) {
  writeFileSync(file, readFileSync(file, 'utf8').replace(/(aliyun-assist|assist)\/(\S+) \S+ node-v\S+/g, '$1/$2'))
}

function copyOfTheTree() {
  const copy = mkdtempSync(join(tmpdir(), 'assist-generated-'))
  for (const name of ['package.json', 'README.md', 'bin', 'dist']) cpSync(name, join(copy, name), {recursive: true})
  symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'))
  return copy
}

function failWhenStale() {
  const stale = GENERATED.filter((name) => readFileSync(name, 'utf8') !== readFileSync(join(root, name), 'utf8'))
  if (stale.length === 0) return
  console.error(`stale: ${stale.join(', ')}; run: npm run build && npm run generate`)
  process.exitCode = 1
}
