import {readFileSync} from 'node:fs'
import module from 'node:module'
import {dirname, join} from 'node:path'
import {findPaths} from '../../config/paths.ts'
import {makePrivateFolder} from '../disk/private-folder.ts'
import {guardStreams} from './terminal/guard-streams.ts'

/** What `dist/everyday.cjs` exports: the commands that people type all day, in one file. */
interface Everyday {
  /** Undefined: the command is none of them. */
  run(argv: string[], root: string): Promise<void> | undefined
}

/** Topics whose commands are not among them; asking would only cost time. */
const ELSEWHERE = ['agent', 'configure', 'help', 'local', 'server']

/** Runs the command line and ends the process with the exit code of the contract (design: `assist help exit-codes`). */
export async function main(binFile: string): Promise<void> {
  guardStreams()
  const root = join(dirname(binFile), '..')
  const argv = process.argv.slice(2)
  if (argv.length === 1 && argv[0] === '--version') return printVersion(root)
  keepCompiledCode()
  return runEveryday(argv, root) ?? (await import('./start/run-command-line.ts')).runCommandLine(argv, root)
}

/** Without oclif, whose loading takes as long as all of Node. The text is oclif's. */
function printVersion(root: string): void {
  const {name, version} = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {name: string; version: string}
  process.stdout.write(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`)
}

function runEveryday(argv: string[], root: string): Promise<void> | undefined {
  const [topic = 'help'] = argv
  if (ELSEWHERE.includes(topic) || topic.startsWith('-')) return undefined
  const everyday = module.createRequire(join(root, 'dist', 'main.cjs'))('./everyday.cjs') as Everyday
  return everyday.run(argv, root)
}

/**
 * From Node 22 on, what V8 compiled is kept for the next run. In a folder of our own: whoever can write there decides what we run, and Node's
 * default is in the temporary folder that all share.
 */
function keepCompiledCode(): void {
  const {enableCompileCache} = module as {enableCompileCache?: (folder: string) => unknown}
  if (!enableCompileCache) return
  try {
    const folder = join(findPaths(process.env).stateFolder, 'compiled')
    makePrivateFolder(folder)
    enableCompileCache(folder)
  } catch {
    // It only saves time.
  }
}
