import {execFileSync} from 'node:child_process'
import {mkdirSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import {assist, PROJECT, tempFolder} from '../support/cli.ts'

const folder = tempFolder()
afterAll(() => folder.remove())

describe('the packed tarball', () => {
  it('does the main job in an empty folder', async () => {
    const home = join(folder.path, 'home')
    const elsewhere = join(folder.path, 'elsewhere')
    mkdirSync(home, {mode: 0o700})
    mkdirSync(elsewhere)
    const npm = (args: string[], cwd: string) => execFileSync('npm', args, {cwd, stdio: ['ignore', 'ignore', 'pipe']})
    npm(['pack', '--ignore-scripts', '--pack-destination', elsewhere], PROJECT)
    const tarball = readdirSync(elsewhere).find((name) => name.endsWith('.tgz')) ?? ''
    npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', `./${tarball}`], elsewhere)
    const bin = join(elsewhere, 'node_modules/aliyun-assist/bin/run.js')
    try {
      const ended = await assist(['run', '--profile', 'local', 'echo 123; exit 4'], {home, bin, cwd: elsewhere})
      expect(ended).toMatchObject({code: 4, stdout: '123\n'})
    } finally {
      await assist(['local', 'down'], {home, bin})
    }
  }, 120_000)
})
