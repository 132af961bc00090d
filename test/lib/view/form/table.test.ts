import {describe, expect, it} from 'vitest'
import {renderCsv, renderText, type View} from '../../../../src/lib/view/form/render.ts'
import {selectColumns} from '../../../../src/lib/view/form/select-columns.ts'
import {renderTable} from '../../../../src/lib/view/form/table.ts'
import {displayWidth, truncate} from '../../../../src/lib/view/form/width.ts'
import {resultsView, summaryLines} from '../../../../src/lib/view/run/run-command.ts'

const NOW_MS = Date.UTC(2030, 0, 2, 3, 4, 5)
const at = (width: number) => ({color: false, width, nowMs: NOW_MS})

const WIDE: View = {
  columns: [
    {key: 'id', label: 'Id'},
    {key: 'name', label: 'Name'},
    {key: 'schedule', label: 'Schedule'},
    {key: 'command', label: 'Command', isExtra: true},
    {key: 'created', label: 'Created'},
  ],
  rows: [
    [
      't-hz0123456789abcdef',
      '磁盘空间检查'.repeat(6),
      'rate(5m)',
      'c-hz0123456789abcdef',
      {text: '2030-01-02T03:00:00Z', isTime: true},
    ],
    ['t-2', 'short', '', 'c-2', {text: '2020-01-02T03:00:00Z', isTime: true}],
  ],
}

describe('renderTable', () => {
  it.each([40, 60, 80, 120])('keeps every row within %i columns, wide characters counted as two', (width) => {
    for (const line of renderTable(WIDE, at(width)).split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width)
  })

  it('leaves extra columns out before it cuts a cell, never the id', () => {
    const narrow = renderTable(WIDE, at(80))
    expect(narrow).toContain('t-hz0123456789abcdef')
    expect(narrow).not.toContain('c-hz')
    expect(narrow).toContain('…')
    expect(renderTable(WIDE, at(140))).toContain('c-hz0123456789abcdef')
    expect(renderTable(selectColumns(WIDE, 'id,command'), at(60))).toContain('c-hz0123456789abcdef')
  })

  it('says how long ago a time was, and the day of one that is far away', () => {
    const table = renderTable(WIDE, at(120))
    expect(table).toContain('4m ago')
    expect(table).toContain('2020-01-02')
    expect(table).not.toContain('T03:00')
  })

  it('shows one line per row, whatever is in a cell', () => {
    const view: View = {columns: [{key: 'a', label: 'A'}], rows: [['one\ntwo\x1b[2J\u202e']]}
    expect(renderTable(view, at(80))).toBe('A\none\\ntwo\\x1b[2J\\u202e\n')
  })

  it('shows the output of a script below its head line, in a time that grows with its length only', () => {
    const result = {
      ...{instanceId: 'i-1', instanceName: 'web', invokeId: 't-1', status: 'Failed', exitCode: 3, dropped: 5},
      ...{repeats: 1, startTime: '2030-01-02T03:00:05Z', finishTime: '', errorCode: '', errorInfo: ''},
      output: `${'a line of output that is rather long, as lines of logs are\n'.repeat(400)}\x1b[31mred\x1b]52;c;eA==\x07`,
    }
    const began = performance.now()
    const table = renderTable(resultsView([result]), at(80))
    expect(performance.now() - began).toBeLessThan(1000)
    expect(table.split('\n', 3)).toEqual([
      '== web (i-1)  Failed  exit code 3  4m ago  t-1',
      '5 bytes before this are gone',
      'a line of output that is rather long, as lines of logs are',
    ])
    expect(table.endsWith('\\x1b[31mred\\x1b]52;c;eA==\\x07\n')).toBe(true)
    const colored = renderTable(resultsView([result]), {...at(80), color: true})
    expect(colored.endsWith('\x1b[31mred\\x1b]52;c;eA==\\x07\x1b[0m\n')).toBe(true)
    expect(renderTable(selectColumns(resultsView([result]), 'instanceId,exitCode'), at(80))).toBe(
      'Instance  Exit\ni-1       3\n',
    )
  })
})

describe('truncate', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['磁盘空间', 5, '磁盘…'],
    ['磁盘空间', 4, '磁…'],
    ['x', 0, ''],
  ])('%s in %i', (text, width, cut) => {
    expect(truncate(text, width)).toBe(cut)
  })
})

describe('text and CSV', () => {
  const hostile: View = {
    columns: [
      {key: 'host', label: 'Host'},
      {key: 'code', label: 'Code'},
    ],
    rows: [
      ['=HYPERLINK("x")', -1],
      ['\x1b]52;c;eA==\x07\u202e\x9b2J', 0],
      ['@x', 1],
      ['+1', 2],
      ['-1', 3],
      ['\tx', 4],
    ],
  }

  it('never let a terminal obey what a machine calls itself', () => {
    for (const text of [renderText(hostile, {isTerminal: true}), renderCsv(hostile, {isTerminal: true})]) {
      expect(text).not.toMatch(/[\x1b\x07\u0080-\u009f\u202e]/)
    }
  })

  it('keep a spreadsheet from taking text for a formula, and numbers numbers', () => {
    expect(renderCsv(hostile).split('\r\n')).toEqual([
      'host,code',
      `"'=HYPERLINK(""x"")",-1`,
      '\x1b]52;c;eA==\x07\u202e\x9b2J,0',
      "'@x,1",
      "'+1,2",
      "'-1,3",
      "'\tx,4",
      '',
    ])
  })
})

describe('summaryLines', () => {
  it.each([
    [
      'ContainerConnectFailed',
      'ContainerConnectFailed: ContainerConnectFailed: no such container',
      'ContainerConnectFailed: no such container',
    ],
    ['ScriptFailed', '<nil>', 'ScriptFailed'],
    ['ScriptFailed', 'ScriptFailed: exec: <nil>', 'ScriptFailed: exec'],
    [
      'DirectoryNotExists',
      'workingDirectory: WorkingDirectoryNotExist: "/x" is no folder',
      'DirectoryNotExists: "/x" is no folder',
    ],
    ['', 'lost', 'lost'],
    [
      'CommandNotApplicable',
      'TypeInvalid: TypeInvalid_RunPowerShellScript',
      'CommandNotApplicable: this machine does not run PowerShell scripts; send a shell script: --type shell',
    ],
    [
      'CommandNotApplicable',
      'TypeInvalid: TypeInvalid_RunShellScript',
      'CommandNotApplicable: this machine does not run shell scripts; send a PowerShell script: --type powershell',
    ],
    ['CommandNotApplicable', 'TypeInvalid_RunRubyScript', 'CommandNotApplicable: TypeInvalid_RunRubyScript'],
    ['AccountNotExists', 'UserInvalid_bob: no such user', 'AccountNotExists: user bob: no such user'],
    ['AccountNotExists', 'UsernameOrPasswordInvalid: UserInvalid_bob', 'AccountNotExists: user bob: no such user'],
    [
      'ExecutionException',
      'user nobody cannot reach the script in /root/x: a folder above may not be passed through',
      'ExecutionException: user nobody cannot reach the script in /root/x: a folder above may not be passed through; let the script do it: runuser -u USER -- COMMAND',
    ],
    [
      'DefaultWorkingDirectoryNotAvailable',
      'DefaultWorkingDirectoryNotAvailable: the home "/nonexistent" of user nobody does not exist',
      'DefaultWorkingDirectoryNotAvailable: the home "/nonexistent" of user nobody does not exist; give a folder with --cwd, such as --cwd /tmp',
    ],
  ])('says a code and its words once: %s, %s', (errorCode, errorInfo, told) => {
    const result = {
      ...{instanceId: 'i-1', instanceName: '', invokeId: 't-1', status: 'Aborted', exitCode: null, dropped: 0},
      ...{repeats: 1, startTime: '', finishTime: '', output: ''},
    }
    expect(summaryLines([{...result, errorCode, errorInfo}])).toEqual([`i-1: Aborted: ${told}`])
  })
})
