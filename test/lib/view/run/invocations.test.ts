import {describe, expect, it} from 'vitest'
import type {Invocation} from '../../../../src/lib/ecs/api/invocations.ts'
import {generatedName} from '../../../../src/lib/protocol/ecs/generated-name.ts'
import {renderText} from '../../../../src/lib/view/form/render.ts'
import {renderTable} from '../../../../src/lib/view/form/table.ts'
import {invocationsView} from '../../../../src/lib/view/run/invocations.ts'
import {scriptLine} from '../../../../src/lib/view/run/script-line.ts'

const NAME = generatedName(Date.parse('2030-01-02T03:04:05Z'))
const invocation = (commandName: string, content: string) =>
  ({
    ...{invokeId: 't-333xgof7fz6qgcjwfnto', status: 'Success', commandId: 'c-1', commandName, content},
    ...{repeatMode: 'Once', frequency: '', creationTime: '2030-01-02T03:04:05Z'},
    instances: [{instanceId: 'i-local-so6gntdhgmffjrxi5mad'}],
  }) as unknown as Invocation
const table = (one: Invocation) =>
  renderTable(invocationsView([one]), {color: false, width: 80, nowMs: Date.parse('2030-01-02T03:05:05Z')})

describe('invocationsView', () => {
  it('shows what was run where it has no name of its own', () => {
    expect(table(invocation(NAME, '#!/bin/sh\n\nsystemctl restart nginx\n'))).toContain('systemctl restart')
    expect(table(invocation('', 'df -h'))).toContain('df -h')
    expect(table(invocation('disk', 'df -h'))).toMatch(/ disk /)
    expect(table(invocation('disk', 'df -h'))).not.toContain('df -h')
  })

  it('stays within the line and lets no script steer the terminal', () => {
    for (const script of [
      '\x1b[2J\x1b]0;title\x07 evil',
      `echo ${'x'.repeat(500)}`,
      '重启所有的服务器并清理磁盘空间'.repeat(9),
    ]) {
      const shown = table(invocation(NAME, script))
      expect(shown).not.toMatch(/[\x00-\x09\x0b-\x1f]/)
      for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    }
  })

  it('gives scripts the name, as it always was', () => {
    expect(renderText(invocationsView([invocation(NAME, 'df -h')]))).toContain(`\t${NAME}\t`)
  })
})

describe('scriptLine', () => {
  it.each([
    ['a first line', 'uptime\nid', 'uptime'],
    ['a shebang and options', '#!/bin/bash\nset -euo pipefail\n\n  make all', 'make all'],
    ['a comment, which is a title', '# clean the disk\nrm -r /tmp/x', '# clean the disk'],
    ['what --env puts in front', "export TOKEN='CANARY'\ndeploy", 'deploy'],
    ['the same in PowerShell', "$env:TOKEN = 'CANARY'\nGet-Date", 'Get-Date'],
    ['a bat file', '@echo off\r\n@set "TOKEN=CANARY"\r\ndir', 'dir'],
    ['nothing', '\n\n', ''],
    ['a long line', 'y'.repeat(99), `${'y'.repeat(60)}…`],
  ])('takes %s', (_, script, line) => {
    expect(scriptLine(script)).toBe(line)
  })
})
