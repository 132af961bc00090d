import type {ChildProcess, SpawnOptions} from 'node:child_process'
import {EventEmitter} from 'node:events'
import {PassThrough} from 'node:stream'
import iconv from 'iconv-lite'
import {describe, expect, it} from 'vitest'
import {chooseProgram} from '../../../../src/lib/agent/process/program.ts'
import {createOutputDecoder} from '../../../../src/lib/agent/process/script.windows.ts'
import {createWindowsStart} from '../../../../src/lib/agent/process/start.windows.ts'

const place = {platform: 'win32' as const, path: 'C:\\Windows', cwd: 'C:\\'}

function program(type: 'RunBatScript' | 'RunPowerShellScript', script: string, codePage?: number) {
  const found = chooseProgram({type, script: Buffer.from(script), launcher: undefined}, {...place, codePage})
  if (typeof found === 'string') throw new Error(found)
  return found
}

/** Records what is started, and lets the test be the process. */
function fakeSpawn() {
  const started: Array<{program: string; argv: string[]; options: SpawnOptions; child: FakeChild}> = []
  const spawn = (name: string, argv: string[], options: SpawnOptions): ChildProcess => {
    const child = new FakeChild()
    started.push({program: name, argv, options, child})
    return child as unknown as ChildProcess
  }
  return {started, spawn}
}

class FakeChild extends EventEmitter {
  readonly pid = 4242
  readonly stdout = new PassThrough()
  readonly stderr = new PassThrough()
}

describe('on Windows', () => {
  it('a batch file is quiet, ends its lines in CR LF and is run by cmd', () => {
    const {content, extension, argv} = program('RunBatScript', 'echo 1\necho 2\r\n')
    expect(content.toString()).toBe('@echo off\r\necho 1\r\necho 2\r\n')
    expect(extension).toBe('.bat')
    expect(argv('C:\\r\\s.bat')).toEqual(['cmd.exe', '/d', '/c', 'C:\\r\\s.bat'])
  })

  it('PowerShell runs its file without a profile or questions', () => {
    const {content, argv} = program('RunPowerShellScript', 'Get-Date\n')
    expect(content.toString()).toBe('Get-Date\r\n')
    expect(argv('s.ps1')).toEqual([
      ...['powershell.exe', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', 's.ps1'],
    ])
  })

  it('scripts and output are in the code page of a Chinese system', () => {
    expect(program('RunPowerShellScript', '中文', 936).content).toEqual(iconv.encode('中文', 'gbk'))
    const decode = createOutputDecoder(936)
    const parts = [...iconv.encode('中文', 'gbk')].map((byte) => Buffer.from(decode(Uint8Array.of(byte))))
    expect(Buffer.concat(parts).toString()).toBe('中文')
  })

  it('output comes over pipes, and without job objects a tree is ended by taskkill', async () => {
    const {started, spawn} = fakeSpawn()
    let said = ''
    const child = await createWindowsStart(
      undefined,
      spawn,
    )({
      ...{
        folder: 'C:\\runs\\abc',
        argv: ['cmd.exe', '/d', '/c', 's.bat'],
        cwd: 'C:\\',
        environment: {PATH: 'p'},
        account: undefined,
      },
      onOutput: (bytes) => {
        said += Buffer.from(bytes).toString()
        return true
      },
    })
    const [cmd] = started
    expect(cmd).toMatchObject({
      program: 'cmd.exe',
      argv: ['/d', '/c', 's.bat'],
      options: {cwd: 'C:\\', windowsHide: true},
    })
    cmd?.child.stdout.end('out')
    cmd?.child.stderr.end('err')
    const ending = child.end('tree')
    expect(started[1]).toMatchObject({program: 'taskkill.exe', argv: ['/PID', '4242', '/T', '/F']})
    started[1]?.child.emit('exit', 0)
    await ending
    cmd?.child.emit('exit', 1)
    expect(await child.exited).toBe(1)
    await child.outputEnded
    expect(said).toContain('out')
    expect(said).toContain('err')
  })

  it('a shell script fits no Windows', () => {
    expect(chooseProgram({type: 'RunShellScript', script: Buffer.from(''), launcher: undefined}, place)).toBe(
      'unknown type',
    )
  })
})
