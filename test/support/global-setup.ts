import {execFileSync} from 'node:child_process'
import {readdirSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {PROJECT} from './cli.ts'

const SOURCES = [
  'src',
  'package.json',
  'package-lock.json',
  'esbuild.config.js',
  'esbuild.everyday.js',
  'esbuild.plugins.js',
]
const BUILT = ['dist/everyday.cjs', 'dist/lib/cli/main.cjs', 'dist/lib/cli/start/run-command-line.js']

/** Tests that start the CLI start what its sources are now. */
export default function setup(): void {
  const newest = Math.max(...SOURCES.flatMap((path) => timesIn(join(PROJECT, path))))
  const oldest = Math.min(...BUILT.map((path) => timeOf(join(PROJECT, path))))
  if (oldest > newest) return
  execFileSync(process.execPath, ['esbuild.config.js'], {cwd: PROJECT, stdio: 'inherit'})
}

/** Folders too: they tell of files that are gone. */
function timesIn(path: string): number[] {
  if (!statSync(path).isDirectory()) return [timeOf(path)]
  const inside = readdirSync(path, {recursive: true, encoding: 'utf8'})
  return [timeOf(path), ...inside.map((name) => timeOf(join(path, name)))]
}

/** 0: there is none. */
function timeOf(path: string): number {
  return statSync(path, {throwIfNoEntry: false})?.mtimeMs ?? 0
}
