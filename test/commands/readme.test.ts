import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {PROJECT} from '../support/cli.ts'

interface Manifest {
  commands: Record<string, {aliases: string[]; flags: Record<string, {char?: string; allowNo?: boolean}>}>
}

const manifest = JSON.parse(readFileSync(join(PROJECT, 'oclif.manifest.json'), 'utf8')) as Manifest

/** The command lines of the shell blocks, as words without comments: those that call us. */
function linesOf(file: string): string[][] {
  const blocks = readFileSync(join(PROJECT, file), 'utf8').match(/```(sh|yaml)\n[\s\S]*?```/g) ?? []
  return blocks
    .flatMap((block) => block.split('\n'))
    .map((line) => line.replace(/\s+#.*$/, ''))
    .flatMap((line) => line.split(/[;|]|&&/))
    .map((part) => part.trim().replace(/^(- run:|npx) /, ''))
    .filter((part) => part.startsWith('assist '))
    .map((part) => part.match(/'[^']*'|"[^"]*"|\S+/g)?.slice(1) ?? [])
}

function idOf(words: readonly string[]): string | undefined {
  for (let length = Math.min(3, words.length); length > 0; length--) {
    const id = words.slice(0, length).join(':')
    if (manifest.commands[id]) return id
    const found = Object.entries(manifest.commands).find(([, {aliases}]) => aliases.includes(id))
    if (found) return found[0]
  }
  return undefined
}

/** `ecs` takes the parameters of the API. */
function unknownFlags(words: readonly string[]): string[] {
  const id = idOf(words)
  if (id === undefined || id === 'ecs') return []
  const flags = manifest.commands[id]?.flags ?? {}
  const known = Object.entries(flags).flatMap(([name, {char}]) => [`--${name}`, ...(char ? [`-${char}`] : [])])
  return words.filter((word) => /^--?[a-z]/.test(word) && !known.includes(word.split('=')[0] ?? word))
}

describe.each(['README.md', 'README.zh-CN.md'])('%s', (file) => {
  it('shows commands and flags that there are', () => {
    const lines = linesOf(file)
    expect(lines.length).toBeGreaterThan(15)
    expect(lines.filter((words) => words[0] !== 'help' && idOf(words) === undefined)).toEqual([])
    expect(lines.flatMap(unknownFlags)).toEqual([])
  })

  it('pipes nothing into a word that is no program', () => {
    const blocks = readFileSync(join(PROJECT, file), 'utf8').match(/```sh\n[\s\S]*?```/g) ?? []
    expect(blocks.join('\n')).not.toMatch(/\| (status|down|reset)/)
  })

  it('names every exit code of ours, and how to trust an authority of one’s own', () => {
    const text = readFileSync(join(PROJECT, file), 'utf8')
    for (const code of [0, 2, 70, 74, 120, 121, 122, 123, 124, 125, 130, 141, 143])
      expect(text).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'))
    expect(text).toContain('ca-file=')
    expect(text).toContain('official-agent.md')
  })
})

it('both READMEs show the same commands', () => {
  const ids = (file: string) => [...new Set(linesOf(file).map(idOf))].sort()
  expect(ids('README.zh-CN.md')).toEqual(ids('README.md'))
})
