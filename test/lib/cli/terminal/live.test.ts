import {afterEach, expect, it, vi} from 'vitest'
import {createLive} from '../../../../src/lib/cli/terminal/live.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

it.each([{}, {group: true}])('gives a CI system no orders by the names of hosts: %j', (flags) => {
  vi.stubEnv('GITHUB_ACTIONS', 'true')
  const written: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((data) => written.push(String(data)) > 0)
  const live = createLive(flags, true)
  live.started(
    ['t-1'],
    [
      {instanceId: 'i-1', name: '##[group]web'},
      {instanceId: 'i-2', name: '::error::db'},
    ],
  )
  for (const id of ['i-1', 'i-2']) live.output(id, {bytes: Buffer.from('text\n'), lost: 0, isLast: true})
  live.end()
  const shown = written.join('')
  expect(shown).toContain('web')
  expect(shown).toContain('text\n')
  expect(shown).not.toMatch(/##\[|^\s*::/m)
})
