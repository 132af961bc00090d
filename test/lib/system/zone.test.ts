import {symlinkSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import {systemZone} from '../../../src/lib/system/zone.ts'
import {tempFolder} from '../../support/cli.ts'

const folder = tempFolder()
afterAll(() => folder.remove())
const ASKED = Intl.DateTimeFormat().resolvedOptions().timeZone
let links = 0

describe('systemZone', () => {
  it.each([
    {name: 'the variable says UTC', tz: 'UTC', to: undefined, zone: 'UTC'},
    {
      name: 'the variable says so in the way of POSIX',
      tz: ':Etc/UTC',
      to: '/usr/share/zoneinfo/Asia/Shanghai',
      zone: 'UTC',
    },
    {name: 'the system is set to UTC', tz: undefined, to: '/usr/share/zoneinfo/Etc/UTC', zone: 'UTC'},
    {name: 'the system says it from here', tz: '', to: '../usr/share/zoneinfo/Zulu', zone: 'UTC'},
    {name: 'the variable names another zone', tz: 'Asia/Shanghai', to: '/usr/share/zoneinfo/Etc/UTC', zone: ASKED},
    {name: 'the system is set to another zone', tz: undefined, to: '/usr/share/zoneinfo/Asia/Shanghai', zone: ASKED},
    {name: 'nothing is known', tz: undefined, to: undefined, zone: ASKED},
  ])('$name', ({tz, to, zone}) => {
    const link = join(folder.path, `localtime-${++links}`)
    if (to !== undefined) symlinkSync(to, link)
    expect(systemZone({TZ: tz}, link)).toBe(zone)
  })
})
