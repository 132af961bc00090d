import {chmodSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import {launcherExtension, launcherWords} from '../../../../src/lib/agent/process/launcher.ts'
import {parsePasswd} from '../../../../src/lib/agent/process/user.ts'
import {decodeTask} from '../../../../src/lib/agent/tasks/decode.ts'
import {prepareTask} from '../../../../src/lib/agent/tasks/prepare.ts'
import {readMachine} from '../../../../src/lib/system/machine.ts'
import {setUpAgent} from '../../../support/agent-in-process.ts'
import {taskItem} from '../../../support/agent-server.ts'

const machine = readMachine()
const asRoot = machine.self.uid === 0
const root = mkdtempSync(join(tmpdir(), 'assist-prepare-'))
afterAll(() => rmSync(root, {recursive: true, force: true}))

function prepare(more: Record<string, unknown>, script: string | Buffer = 'true', on = machine) {
  const task = decodeTask(taskItem('t', script, more))
  if (task === undefined || 'param' in task) throw new Error('bad test task')
  return prepareTask(task, on)
}

describe('parameters that the agent fills', () => {
  it.each([
    {script: 'echo {{oos:x}}', param: 'ParameterStoreNotAccessible'},
    {script: 'echo {{ oos-secret : x }}', param: 'ParameterStoreNotAccessible'},
    {script: 'echo {{ACS::Nothing}}', param: 'InvalidEnvironmentParameter'},
  ])('are refused by their kind: $script', async ({script, param}) => {
    expect(await prepare({enableParameter: true}, script)).toMatchObject({kind: 'invalid', param})
  })
})

describe('the user of a task (B34)', () => {
  it.each([
    {name: 'nobody-of-that-name', reason: 'no such user'},
    {name: 'a;b', reason: 'this is not a user name'},
    {name: '-u', reason: 'this is not a user name'},
    {name: '1000', reason: 'this is not a user name'},
    {name: '$(id)', reason: 'this is not a user name'},
  ])('is refused when it is $name', async ({name: username, reason}) => {
    expect(await prepare({username})).toEqual({
      ...{kind: 'invalid', param: 'UsernameOrPasswordInvalid'},
      value: `UserInvalid_${username}: ${reason}`,
    })
  })

  it('may be ourselves', async () => {
    expect(await prepare({username: machine.self.name})).toMatchObject({kind: 'ready', account: undefined})
  })

  it('cannot be somebody else without being root', async () => {
    const on = {...machine, self: {...machine.self, uid: 1234, name: 'somebody'}}
    expect(await prepare({username: 'root'}, 'true', on)).toMatchObject({
      kind: 'invalid',
      value: expect.stringContaining('runs as root'),
    })
  })

  it.runIf(asRoot)('needs no login shell, but a home when no folder is named', async () => {
    expect(await prepare({username: 'nobody'})).toMatchObject({
      kind: 'invalid',
      value: 'DefaultWorkingDirectoryNotAvailable: the home "/nonexistent" of user nobody does not exist',
    })
    expect(await prepare({username: 'nobody', workingDirectory: '/tmp'})).toMatchObject({
      kind: 'ready',
      account: {name: 'nobody'},
    })
  })

  it.runIf(asRoot)('gets the script as its own, and nothing of ours', async () => {
    await using setup = await setUpAgent()
    for (let folder = setup.stateDir; folder !== tmpdir(); folder = join(folder, '..')) chmodSync(folder, 0o711)
    const script =
      'id -un; id -gn; echo "$HOME $USER"; echo to-stderr >/dev/stderr; cat "$0" >/dev/null && echo readable; touch "$0.x" || echo kept'
    setup.server.offer(taskItem('t-1', script, {username: 'nobody', workingDirectory: '/tmp'}))
    await setup.server.waitForEnd('t-1')
    const lines = setup.server.output('t-1').toString().split('\n')
    expect(lines.slice(0, 5)).toEqual(['nobody', 'nogroup', '/nonexistent nobody', 'to-stderr', 'readable'])
    expect(lines.at(-2)).toBe('kept')
  })

  it('is read from lines of passwd', () => {
    expect(parsePasswd('a:x:1:2:Name:/home/a:\nbroken\nb:x:no:2::/:/bin/b\n')).toEqual([
      {name: 'a', uid: 1, gid: 2, home: '/home/a', shell: '/bin/sh'},
    ])
  })
})

describe('the folder of a task (B34)', () => {
  it.each(['/nowhere/at/all', '/etc/passwd', '/tmp/\0x'])('is refused when it is %j', async (workingDirectory) => {
    expect(await prepare({workingDirectory})).toMatchObject({
      ...{kind: 'invalid', param: 'workingDirectory', value: expect.stringContaining('WorkingDirectoryNotExist')},
    })
  })

  it.runIf(asRoot)('is refused when the user may not enter it', async () => {
    mkdirSync(join(root, 'closed'), {mode: 0o700})
    chmodSync(root, 0o755)
    expect(await prepare({username: 'nobody', workingDirectory: join(root, 'closed')})).toMatchObject({kind: 'invalid'})
  })
})

describe('the first line of a script (B35)', () => {
  it.each([
    {name: 'no first line of note', script: 'echo', argv: ['/bin/sh', 'F']},
    {name: 'an interpreter', script: '#!/bin/sh\necho', argv: ['/bin/sh', 'F']},
    {
      name: 'an interpreter with an argument, blanks and all',
      script: '#! /usr/bin/env  sh -e \necho',
      argv: ['/usr/bin/env', 'sh -e', 'F'],
    },
    {name: 'an empty script', script: '', argv: ['/bin/sh', 'F']},
  ])('decides what runs it: $name', async ({script, argv}) => {
    const prepared = await prepare({}, script)
    expect(prepared.kind === 'ready' && prepared.program.argv('F')).toEqual(argv)
  })

  it.each([
    {
      name: 'an interpreter that is missing',
      script: '#!/usr/bin/moonscript\n',
      reason: 'the interpreter "/usr/bin/moonscript" of the first line does not exist',
    },
    {name: 'a folder', script: '#!/usr/bin\n', reason: 'the interpreter "/usr/bin" of the first line is not a file'},
    {
      name: 'a file that may not be executed',
      script: '#!/etc/passwd\n',
      reason: 'the interpreter "/etc/passwd" of the first line may not be executed',
    },
    {
      name: 'CR LF',
      script: '#!/bin/sh\r\necho\r\n',
      reason: expect.stringContaining('ends in CR LF, so the interpreter would be "/bin/sh\\r"'),
    },
    {name: 'nothing after #!', script: '#!\necho', reason: expect.stringContaining('names no interpreter')},
    {
      name: 'a program',
      script: Buffer.from('7f454c4602010100000000', 'hex'),
      reason: expect.stringContaining('binary'),
    },
  ])('is told exactly: $name', async ({script, reason}) => {
    expect(await prepare({}, script)).toEqual({kind: 'error', reason})
  })

  it('reaches the server word for word', async () => {
    await using setup = await setUpAgent()
    setup.server.offer(taskItem('t-1', '#!/usr/bin/moonscript\n'))
    expect((await setup.server.waitForEnd('t-1')).report).toMatchObject({
      ...{kind: 'error', startMs: 0, errCode: '-7'},
      errDesc: 'ExecuteScriptFailed: the interpreter "/usr/bin/moonscript" of the first line does not exist',
    })
    expect(setup.server.of('t-1').length).toBe(1)
  })
})

describe('a launcher', () => {
  it.each([
    {line: 'python3 -u {{ACS::ScriptFileName|Ext(".py")}}', words: ['python3', '-u', '/run/s'], extension: '.py'},
    {line: 'sh {{ ACS::ScriptFileName }} "a b" c\\ d', words: ['sh', '/run/s', 'a b', 'c d'], extension: undefined},
    {line: "awk -f={{ACS::ScriptFileName|Ext('awk')}} ''", words: ['awk', '-f=/run/s', ''], extension: '.awk'},
    {line: 'node; rm -rf $HOME', words: ['node;', 'rm', '-rf', '$HOME', '/run/s'], extension: undefined},
    {line: 'sh "never closed', words: undefined, extension: undefined},
  ])('is split without a shell: $line', ({line, words, extension}) => {
    expect(launcherWords(line, '/run/s')).toEqual(words)
    expect(launcherExtension(line)).toBe(extension)
  })

  it('must name a program that is there', async () => {
    expect(await prepare({launcher: 'moonscript {{ACS::ScriptFileName}}'})).toEqual({
      ...{kind: 'error', reason: 'the launcher\'s program "moonscript" was not found'},
    })
  })
})

it.each(['RunBatScript', 'RunPowerShellScript'])('%s does not fit this system', async (type) => {
  expect(await prepare({type})).toEqual({kind: 'invalid', param: 'TypeInvalid', value: `TypeInvalid_${type}`})
})
