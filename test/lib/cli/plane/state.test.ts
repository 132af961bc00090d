import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {localFiles} from '../../../../src/lib/cli/plane/files.ts'
import {readLocalKey, readLocalPlane, readPlaneProcess} from '../../../../src/lib/cli/plane/state.ts'
import {markOf} from '../../../../src/lib/disk/process-mark.ts'

const THIS = markOf(process.pid)

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assist-plane-'))
  mkdirSync(files().folder)
})
afterEach(() => {
  rmSync(folder, {recursive: true})
})

function files() {
  return localFiles({stateFolder: folder})
}

describe.skipIf(THIS.started === '')('the files of a local plane', () => {
  it('tell of the one that runs', () => {
    const plane = {...THIS, url: 'http://127.0.0.1:1', instanceId: 'mi-1', startedAtMs: 5, version: '1.0.0'}
    writeFileSync(files().planeFile, JSON.stringify({...plane, more: true}), {mode: 0o600})
    expect(readLocalPlane(files())).toEqual(plane)
  })

  it.each([
    {name: 'torn', content: '{"pid":'},
    {name: 'a list', content: '[]'},
    {name: 'null', content: 'null'},
    {name: 'without an address', content: JSON.stringify(THIS)},
    {name: 'of other types', content: JSON.stringify({...THIS, pid: String(THIS.pid), url: 'http://127.0.0.1:1'})},
    {name: 'without a start', content: JSON.stringify({pid: THIS.pid, url: 'http://127.0.0.1:1'})},
  ])('tell of none where they are $name', ({content}) => {
    writeFileSync(files().planeFile, content, {mode: 0o600})
    expect(readLocalPlane(files())).toBeUndefined()
    expect(readPlaneProcess(files())).toBeUndefined()
  })

  it.each(['', '{', '[]', '{"accessKeyId":"a"}', '{"accessKeyId":1,"accessKeySecret":2}'])(
    'hold no key in %j',
    (content) => {
      writeFileSync(files().keyFile, content, {mode: 0o600})
      expect(readLocalKey(files())).toBeUndefined()
    },
  )
})
