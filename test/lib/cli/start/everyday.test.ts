import {cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {loadEveryday} from '../../../../src/lib/cli/start/everyday.ts'
import {assist, PROJECT, tempFolder} from '../../../support/cli.ts'

const folder = tempFolder()
const root = join(folder.path, 'package')
const cache = join(root, 'dist/everyday.cache')
const cron = () => assist(['cron', '0 30 21 * * *', '--json'], {home: folder.path, bin: join(root, 'bin/run.js')})

let whole: Buffer

beforeAll(() => {
  mkdirSync(root)
  for (const name of ['bin', 'dist', 'package.json', 'oclif.manifest.json']) {
    cpSync(join(PROJECT, name), join(root, name), {recursive: true})
  }
  whole = readFileSync(cache)
  symlinkSync(join(PROJECT, 'node_modules'), join(root, 'node_modules'))
})
afterAll(() => folder.remove())

describe('the precompiled everyday commands', () => {
  it('are what runs, as long as V8 takes them', () => {
    expect(loadEveryday(['cron'], root)).toBeDefined()
    expect(readFileSync(join(root, 'dist/everyday.cjs')).every((byte) => byte < 128)).toBe(true)
  })

  it.each([['help'], ['local', 'up'], ['server', 'start'], ['--help'], []])('are not asked for %s %s', (...argv) => {
    expect(loadEveryday(argv.filter(Boolean), root)).toBeUndefined()
  })

  it.each([
    {name: 'is of another V8', spoil: () => writeFileSync(cache, spoiled(readFileSync(cache)))},
    {name: 'is cut short', spoil: () => writeFileSync(cache, whole.subarray(0, whole.length / 2))},
    {name: 'is empty', spoil: () => writeFileSync(cache, '')},
    {name: 'is missing', spoil: () => rmSync(cache)},
  ])('give way to the modules when the cache $name', async ({spoil}) => {
    const before = await cron()
    spoil()
    expect(loadEveryday(['cron'], root)).toBeUndefined()
    expect(await cron()).toMatchObject({code: 0, stdout: before.stdout})
  })
})

/** The version of V8 stands at its beginning. */
function spoiled(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(bytes.subarray(0, 16)).fill(0xff), bytes.subarray(16)])
}
