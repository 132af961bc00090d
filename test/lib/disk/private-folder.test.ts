import {mkdirSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {makePrivateFolder} from '../../../src/lib/disk/private-folder.ts'
import {tempFolder} from '../../support/temp-folder.ts'

describe('makePrivateFolder', () => {
  it('makes all that is missing above, and lets nobody else in', () => {
    const folder = tempFolder()
    const made = join(folder, 'a/b/c')
    makePrivateFolder(made)
    expect(statSync(made).mode & 0o777).toBe(0o700)
    mkdirSync(join(folder, 'open'), {mode: 0o755})
    makePrivateFolder(join(folder, 'open'))
    expect(statSync(join(folder, 'open')).mode & 0o777).toBe(0o700)
  })

  it('says in words why it cannot', () => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'file'), '')
    expect(() => makePrivateFolder(join(folder, 'file/x'))).toThrow(
      /cannot be made: a part of the path is no directory/,
    )
    // The kernel's own files take no folders; the words differ by who asks.
    expect(() => makePrivateFolder('/proc/self/no/such')).toThrow(
      /cannot be made: (it does not exist|permission is denied)/,
    )
  })
})
