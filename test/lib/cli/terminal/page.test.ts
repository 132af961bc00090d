import {chmodSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {choosePager} from '../../../../src/lib/cli/terminal/page.ts'
import {tempFolder} from '../../../support/temp-folder.ts'

const LONG = 'line\n'.repeat(30)

function choose(more: {
  text?: string
  isOff?: boolean
  environment?: NodeJS.ProcessEnv
  isTTY?: boolean
  rows?: number
}) {
  const {text = LONG, isOff = false, environment = {PAGER: 'most'}, isTTY = true, rows = 24} = more
  return choosePager(text, {isOff, environment, stdout: {isTTY, rows}})
}

describe('choosePager', () => {
  it('takes $PAGER where a text has more lines than the screen', () => {
    expect(choose({})).toBe('most')
  })

  it.each<[string, Parameters<typeof choose>[0]]>([
    ['a short text', {text: 'line\n'.repeat(20)}],
    ['--no-pager', {isOff: true}],
    ['ASSIST_NO_PAGER', {environment: {PAGER: 'most', ASSIST_NO_PAGER: '1'}}],
    ['a pipe', {isTTY: false}],
    ['a screen of no known size', {rows: 0}],
    ['TERM=dumb', {environment: {PAGER: 'most', TERM: 'dumb'}}],
    ['an empty PAGER', {environment: {PAGER: ''}}],
    ['PAGER=cat', {environment: {PAGER: 'cat'}}],
    ['a machine without less', {environment: {PATH: '/no/such/folder'}}],
  ])('takes none for %s', (_, more) => {
    expect(choose(more)).toBeUndefined()
  })

  it('takes less where it is installed', () => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'less'), '')
    chmodSync(join(folder, 'less'), 0o755)
    expect(choose({environment: {PATH: `/no/such/folder:${folder}`}})).toBe('less -FRX')
  })
})
