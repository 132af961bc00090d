import {execFileSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {readdirSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {build, type Metafile} from 'esbuild'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {PROJECT, tempFolder} from '../support/cli.ts'

const folder = tempFolder()
afterAll(() => folder.remove())

/** Packages in the file of the everyday commands: each is read and parsed at every start. */
const EVERYDAY_PACKAGES = [
  '@alicloud/pop-core',
  '@oclif/core',
  'ansi-escapes',
  'ansis',
  'chalk',
  'clean-stack',
  'debug',
  'escape-string-regexp',
  'has-flag',
  'indent-string',
  'kitx',
  'ms',
  'supports-color',
  'wordwrap',
]
const EVERYDAY_KB = 530

/** What only some commands need, and who. */
const HEAVY: Record<string, readonly string[]> = {
  'cron-parser': ['cron'],
  luxon: ['cron'],
  'prom-client': [],
  'iconv-lite': [],
  conf: [],
  ajv: [],
  inquirer: [],
  yaml: [],
}

let builds: Array<{everyday: boolean; classic: boolean; meta: Metafile}>

beforeAll(async () => {
  process.chdir(PROJECT)
  const {buildsInto} = (await import(join(PROJECT, 'esbuild.config.js'))) as {
    buildsInto(outdir: string): Array<Parameters<typeof build>[0] & {outfile?: string; format: string}>
  }
  builds = await Promise.all(
    buildsInto(folder.path).map(async (options) => ({
      everyday: options.outfile?.endsWith('everyday.cjs') === true,
      classic: options.format === 'cjs',
      meta: (await build({...options, write: false, metafile: true})).metafile,
    })),
  )
})

describe('the build', () => {
  it('gives the same bytes twice', () => {
    const digests = ['one', 'two'].map((name) => {
      const out = join(folder.path, name)
      execFileSync(process.execPath, ['esbuild.config.js', out], {cwd: PROJECT})
      return digestOf(out)
    })
    expect(digests[0]).toBe(digests[1])
  })

  it('puts into the everyday file what is listed here and no more', () => {
    const outputs = builds.filter(({everyday}) => everyday).flatMap(({meta}) => Object.values(meta.outputs))
    const [output] = outputs
    const inputs = Object.entries(output?.inputs ?? {}).filter(([, {bytesInOutput}]) => bytesInOutput > 0)
    const packages = new Set(inputs.flatMap(([file]) => packageOf(file) ?? []))
    expect([...packages].sort().filter((name) => !EVERYDAY_PACKAGES.includes(name))).toEqual([])
    expect(Math.round((output?.bytes ?? 0) / 1000)).toBeLessThanOrEqual(EVERYDAY_KB)
  })

  it('loads what few commands need in those only', () => {
    const reached = Object.entries(HEAVY).map(([name]) => [name, commandsThatLoad(name)])
    expect(Object.fromEntries(reached)).toEqual(HEAVY)
  })

  it('refuses a name in its list that no file has', async () => {
    const {everydayFiles} = (await import(join(PROJECT, 'esbuild.everyday.js'))) as {
      everydayFiles(prefixes: string[], but: string[]): string[]
    }
    expect(() => everydayFiles(['src/lib/view', 'src/lib/nowhere/x'], [])).toThrow('src/lib/nowhere/x: no file begins')
    expect(() => everydayFiles(['src/lib/view'], ['src/lib/view/gone.ts'])).toThrow('src/lib/view/gone.ts')
    expect(everydayFiles(['src/lib/view'], [])).toContain('src/lib/view/cron.ts')
  })
})

/** Commands whose module loads the package at once, before anything asks for it. */
function commandsThatLoad(name: string): string[] {
  const {meta} = builds.find(({classic}) => !classic) ?? {}
  const outputs = meta?.outputs ?? {}
  return Object.entries(outputs)
    .filter(([, {entryPoint}]) => entryPoint?.startsWith('src/commands/'))
    .filter(([file]) => [...loadedWith(file, outputs)].some((input) => packageOf(input) === name))
    .map(([, {entryPoint}]) => entryPoint?.replace(/^src\/commands\/|(\/index)?\.ts$/g, '') ?? '')
    .sort()
}

function loadedWith(file: string, outputs: Metafile['outputs']): Set<string> {
  const seen = new Set<string>()
  const inputs = new Set<string>()
  const visit = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    const output = outputs[path]
    for (const [input, {bytesInOutput}] of Object.entries(output?.inputs ?? {}))
      if (bytesInOutput > 0) inputs.add(input)
    for (const {path: next, kind} of output?.imports ?? []) if (kind === 'import-statement') visit(next)
  }
  visit(file)
  return inputs
}

function packageOf(file: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]
}

function digestOf(folderPath: string): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(folderPath, {recursive: true, encoding: 'utf8'}).sort()) {
    const path = join(folderPath, name)
    if (statSync(path).isFile()) hash.update(name).update(readFileSync(path))
  }
  return hash.digest('hex')
}
