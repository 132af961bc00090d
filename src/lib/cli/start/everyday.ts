import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {join} from 'node:path'
import {Script} from 'node:vm'

/** What `dist/everyday.cjs` exports: the commands that people type all day, in one file. */
export interface Everyday {
  /** Undefined: the command is none of them. */
  run(argv: string[], root: string): Promise<void> | undefined
}

/** Topics whose commands are not among them; asking would only cost time. */
const ELSEWHERE = ['agent', 'configure', 'help', 'local', 'server']

/**
 * The everyday commands as V8 compiled them when the package was built, which saves a third of their start. Undefined when this is another
 * Node than then, or the command is elsewhere: then the same code is loaded as modules.
 */
export function loadEveryday(argv: readonly string[], root: string): Everyday | undefined {
  const [topic = 'help'] = argv
  if (ELSEWHERE.includes(topic) || topic.startsWith('-')) return undefined
  try {
    const cache = readFileSync(cacheFile(root))
    if (!cache.subarray(-END.length).equals(END)) return undefined
    const script = readScript(root, cache.subarray(0, -END.length))
    return script.cachedDataRejected ? undefined : evaluate(script, root)
  } catch {
    return undefined // not built, or not readable
  }
}

/** V8 looks at the beginning of what it is given, not for its end. */
const END = Buffer.from('end of everyday.cache\n')

/** Compiles them anew, lets `use` run what should be compiled too, and returns what V8 made of all that. */
export async function compileEveryday(root: string, use: (everyday: Everyday) => Promise<void>): Promise<Buffer> {
  const script = readScript(root, undefined)
  await use(evaluate(script, root))
  return Buffer.concat([script.createCachedData(), END])
}

export function cacheFile(root: string): string {
  return join(root, 'dist', 'everyday.cache')
}

function codeFile(root: string): string {
  return join(root, 'dist', 'everyday.cjs')
}

function readScript(root: string, cachedData: Buffer | undefined): Script {
  const filename = codeFile(root)
  // The build writes ASCII only, which is read fastest like this.
  return new Script(`(function(exports,require,module){${readFileSync(filename, 'latin1')}\n})`, {
    filename,
    ...(cachedData && {cachedData}),
  })
}

function evaluate(script: Script, root: string): Everyday {
  const module = {exports: {}}
  script.runInThisContext()(module.exports, createRequire(codeFile(root)), module)
  return module.exports as Everyday
}
