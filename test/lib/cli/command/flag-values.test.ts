import {describe, expect, it} from 'vitest'
import {bareValues, protectValues} from '../../../../src/lib/cli/command/flag-values.ts'
import {assist, tempFolder} from '../../../support/cli.ts'

const CHARS = new Set(['f', 'o'])

describe('protectValues', () => {
  it.each([
    [
      ['--description=foo', '--quiet'],
      ['--description=foo', '--quiet'],
    ],
    [
      ['-o', 'JSON'],
      ['-o', 'json'],
    ],
    [['-oJson'], ['-ojson']],
    [
      ['--output=YAML', '--output', 'Text'],
      ['--output=yaml', '--output', 'text'],
    ],
    [
      ['-o', 'XML'],
      ['-o', 'XML'],
    ],
    [
      ['--name', 'JSON'],
      ['--name', 'JSON'],
    ],
    [
      ['--', '-o', 'JSON', '--description=-foo'],
      ['--', '-o', 'JSON', '--description=-foo'],
    ],
  ])('gives back %j as %j', (typed, words) => {
    expect(bareValues(protectValues(typed, CHARS))).toEqual(words)
  })
})

describe('a flag', () => {
  const run = async (args: string[]) => {
    const home = tempFolder()
    const ended = await assist(args, {home: home.path, env: {ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true'}})
    home.remove()
    return ended
  }

  it('takes a value that begins with a hyphen, behind an equals sign', async () => {
    const ended = await run(['create-command', '--name=-foo', '--description=-o is a flag, too', 'ls'])
    // It got as far as the keys.
    expect(ended).toMatchObject({code: 120, stderr: expect.stringContaining('no keys are configured')})
  })

  it('takes forms of output in any case', async () => {
    const ended = await run(['exit-codes', '-o', 'JSON'])
    expect(JSON.parse(ended.stdout)).toHaveProperty('exitCodes')
    expect((await run(['exit-codes', '-o', 'XML'])).stderr).toContain('given: "XML"')
  })
})
