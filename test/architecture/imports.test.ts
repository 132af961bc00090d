import {readdirSync, readFileSync} from 'node:fs'
import {dirname, join, relative, resolve} from 'node:path'
import {describe, expect, it} from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** What each folder may import besides itself. Read it as the arrows of the house style: imports point one way. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'src/commands': [
    'src/lib/cli',
    'src/lib/actions',
    'src/lib/view',
    'src/lib/server',
    'src/lib/agent',
    'src/lib/core',
    'src/lib/protocol',
  ],
  'src/lib/cli': [
    'src/config',
    'src/lib/ecs',
    'src/lib/net',
    'src/lib/system',
    'src/lib/core',
    'src/lib/disk',
    'src/lib/protocol',
    'src/lib/view',
    'src/lib/actions',
    // The embedded plane runs both in one process; they still meet only on the wire.
    'src/lib/server',
    'src/lib/agent',
  ],
  'src/config': ['src/lib/core', 'src/lib/disk', 'src/lib/protocol'],
  'src/lib/actions': ['src/lib/ecs', 'src/lib/schedule', 'src/lib/protocol', 'src/lib/core'],
  'src/lib/view': ['src/lib/actions', 'src/lib/ecs', 'src/lib/protocol', 'src/lib/core'],
  'src/lib/ecs': ['src/lib/protocol', 'src/lib/net', 'src/lib/core'],
  'src/lib/server': ['src/lib/schedule', 'src/lib/protocol', 'src/lib/disk', 'src/lib/core'],
  'src/lib/agent': ['src/lib/schedule', 'src/lib/protocol', 'src/lib/disk', 'src/lib/net', 'src/lib/core'],
  'src/lib/schedule': ['src/lib/core'],
  'src/lib/protocol': ['src/lib/core'],
  'src/lib/disk': ['src/lib/core'],
  'src/lib/system': ['src/lib/net', 'src/lib/disk', 'src/lib/core'],
  'src/lib/net': ['src/lib/core'],
  'src/lib/core': [],
}

/** Files that build real things; nobody else reaches the real world through system/. */
const MAKERS: Record<string, readonly string[]> = {
  'src/lib/server/main.ts': ['src/lib/system'],
  'src/lib/server/store/open-store.ts': ['src/lib/system'],
  'src/lib/agent/main.ts': ['src/lib/system'],
}

/** One home per library. */
const HOMES: Record<string, readonly string[]> = {
  '@alicloud/pop-core': ['src/lib/ecs'],
  chalk: ['src/lib/view'],
  'cli-table3': ['src/lib/view'],
  '@oclif/core': ['src/commands', 'src/lib/cli'],
  inquirer: ['src/lib/cli'],
  conf: ['src/config'],
  'cron-parser': ['src/lib/schedule'],
  libsql: ['src/lib/server/store/sqlite'],
  pg: ['src/lib/server/store/postgres'],
  kysely: ['src/lib/server/store'],
  hono: ['src/lib/server'],
  'https-proxy-agent': ['src/lib/net'],
  '@hono/node-server': ['src/lib/server'],
  'node:child_process': [
    'src/lib/agent/process',
    'src/lib/agent/service',
    'src/lib/cli',
    'src/lib/ecs/credentials',
    // `ps`, where there is no /proc.
    'src/lib/disk',
    'src/lib/system',
  ],
}

/** Files that pass on what others define. The list only gets shorter. */
const PASS_ON = ['src/lib/agent/main.ts', 'src/lib/server/app.ts']

/** Circles there are. The list only gets shorter. */
const CIRCLES: string[] = []

const PURE = ['src/lib/core', 'src/lib/protocol', 'src/lib/schedule']
const PURE_MAY_USE = ['node:crypto']

interface Import {
  file: string
  specifier: string
  typeOnly: boolean
}

const files = readdirSync(join(root, 'src'), {recursive: true, encoding: 'utf8'})
  .filter((file) => file.endsWith('.ts'))
  .map((file) => `src/${file.replaceAll('\\', '/')}`)

const imports = files.flatMap(importsOf)

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const statements = text.matchAll(
    /^\s*(?:import|export)\s+(type\s+)?(?:[\w*{][^;'"]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm,
  )
  return [...statements].map(([, type, fixed, dynamic]) => ({
    file,
    specifier: fixed ?? dynamic ?? '',
    typeOnly: type !== undefined,
  }))
}

function folderOf(file: string): string {
  const folder = Object.keys(MAY_IMPORT)
    .filter((name) => file.startsWith(`${name}/`))
    .sort((a, b) => b.length - a.length)[0]
  if (folder === undefined) throw new Error(`${file} lies in no folder of the map`)
  return folder
}

function targetOf({file, specifier}: Import): string {
  return relative(root, resolve(root, dirname(file), specifier)).replaceAll('\\', '/')
}

/** Each circle once, as `a.ts → b.ts → a.ts`, beginning with its first file by name. */
function circles(): string[] {
  const targets = new Map<string, string[]>()
  for (const one of imports.filter(({specifier}) => specifier.startsWith('.'))) {
    targets.set(one.file, [...(targets.get(one.file) ?? []), targetOf(one)])
  }
  const found = new Set<string>()
  const done = new Set<string>()
  const walk = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file)
    if (at >= 0) {
      const circle = path.slice(at)
      const first = circle.indexOf([...circle].sort()[0] ?? '')
      const turned = [...circle.slice(first), ...circle.slice(0, first)]
      found.add([...turned, turned[0]].join(' → '))
      return
    }
    if (done.has(file)) return
    for (const target of targets.get(file) ?? []) walk(target, [...path, file])
    done.add(file)
  }
  for (const file of files) walk(file, [])
  return [...found].sort()
}

describe('imports', () => {
  it('were found', () => {
    expect(imports.length).toBeGreaterThan(80)
  })

  it('point one way between our folders', () => {
    const wrong = imports
      .filter(({specifier}) => specifier.startsWith('.'))
      .filter((one) => {
        const [from, to] = [folderOf(one.file), folderOf(targetOf(one))]
        return from !== to && !(MAY_IMPORT[from] ?? []).includes(to) && !(MAKERS[one.file] ?? []).includes(to)
      })
      .map((one) => `${one.file} → ${targetOf(one)}`)
    expect(wrong).toEqual([])
  })

  it.each([
    {from: 'src/lib/view', to: ['src/lib/actions', 'src/lib/ecs']},
    {from: 'src/lib/cli', to: ['src/lib/actions']},
  ])('take only types into $from from $to', ({from, to}) => {
    const wrong = imports
      .filter((one) => one.specifier.startsWith('.') && !one.typeOnly)
      .filter((one) => folderOf(one.file) === from && to.includes(folderOf(targetOf(one))))
      .map((one) => `${one.file} → ${one.specifier}`)
    expect(wrong).toEqual([])
  })

  it('are made where a thing is defined: nobody passes on what is not theirs', () => {
    const passedOn = files.filter((file) => /^export\s+(type\s+)?(\*|\{)/m.test(readFileSync(join(root, file), 'utf8')))
    expect(passedOn.filter((file) => !PASS_ON.includes(file))).toEqual([])
  })

  it('form no circle, not even of types', () => {
    expect(circles().filter((circle) => !CIRCLES.includes(circle))).toEqual([])
  })

  it('give each library one home', () => {
    const wrong = imports
      .filter(({specifier}) => !specifier.startsWith('.'))
      .filter(({file, specifier}) => {
        const library = Object.keys(HOMES).find((name) => specifier === name || specifier.startsWith(`${name}/`))
        return library !== undefined && !(HOMES[library] ?? []).some((home) => file.startsWith(`${home}/`))
      })
      .map(({file, specifier}) => `${file} → ${specifier}`)
    expect(wrong).toEqual([])
  })

  it('keep core, protocol and schedule pure', () => {
    const wrong = imports
      .filter(
        ({file, specifier}) => PURE.some((folder) => file.startsWith(`${folder}/`)) && specifier.startsWith('node:'),
      )
      .filter(({specifier}) => !PURE_MAY_USE.includes(specifier))
      .map(({file, specifier}) => `${file} → ${specifier}`)
    expect(wrong).toEqual([])
    const impure = files
      .filter((file) => PURE.some((folder) => file.startsWith(`${folder}/`)))
      .filter((file) =>
        /\bprocess\.|\bDate\.now\(|\bnew Date\(\)|Math\.random\(/.test(readFileSync(join(root, file), 'utf8')),
      )
    expect(impure).toEqual([])
  })

  it('never reach commands from below', () => {
    const wrong = imports.filter((one) => one.specifier.includes('/commands/')).map((one) => one.file)
    expect(wrong).toEqual([])
  })
})
