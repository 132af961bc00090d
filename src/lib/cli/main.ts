import {readFileSync} from 'node:fs'
import module from 'node:module'
import {dirname, join} from 'node:path'
import {findPaths} from '../../config/paths.ts'
import {makePrivateFolder} from '../disk/private-folder.ts'
import {asksForHelp} from './help/asks-for-help.ts'
import {guardStreams} from './terminal/guard-streams.ts'
import {writeOut} from './terminal/standard-output.ts'

/** What `dist/everyday.cjs` exports: the commands that people type all day, in one file. */
interface Everyday {
  /** Undefined: the command is none of them. */
  run(argv: string[], root: string): Promise<void> | undefined
}

/** What `dist/help.cjs` exports. */
interface Help {
  /** False: there is no help of that. */
  showHelp(argv: readonly string[], root: string): Promise<boolean>
}

/** Topics whose commands are not among them; asking would only cost time. */
const ELSEWHERE = ['agent', 'server']

/** Runs the command line and ends the process with the exit code of the contract (design: `assist help exit-codes`). */
export async function main(binFile: string): Promise<void> {
  guardStreams()
  const root = join(dirname(binFile), '..')
  const argv = process.argv.slice(2)
  if (argv.length === 1 && VERSION.includes(argv[0] ?? '')) return printVersion(root)
  const load = module.createRequire(join(root, 'dist', 'main.cjs'))
  keepCompiledCode()
  if (asksForHelp(argv) && (await (load('./help.cjs') as Help).showHelp(argv, root))) return
  return runEveryday(argv, root, load) ?? (await import('./start/run-command-line.ts')).runCommandLine(argv, root)
}

const VERSION = ['--version', '-v', 'version']

/** Without oclif, whose loading takes as long as all of Node. The text is oclif's. */
function printVersion(root: string): void {
  const {name, version} = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {name: string; version: string}
  writeOut(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`)
}

function runEveryday(argv: string[], root: string, load: NodeJS.Require): Promise<void> | undefined {
  const [topic = '-'] = argv
  if (ELSEWHERE.includes(topic) || topic.startsWith('-')) return undefined
  return (load('./everyday.cjs') as Everyday).run(argv, root)
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
