import {describe, expect, it} from 'vitest'
import {batchToken} from '../../../../src/lib/actions/run/carry-out.ts'
import {concludeRun} from '../../../../src/lib/actions/run/conclude-run.ts'
import {invokeStored, parseInvoke} from '../../../../src/lib/actions/run/invoke-command.ts'
import {parseRun, type RunFlags, runScript} from '../../../../src/lib/actions/run/run-command.ts'
import {chunk} from '../../../../src/lib/core/chunk.ts'
import {AssistError} from '../../../../src/lib/core/errors.ts'
import {type ExpectedCall, ecsError, resultsAnswer, scriptedEcs} from '../../../support/ecs-client.ts'
import {createTestClock} from '../../../support/test-clock.ts'

const outside = {readInput: async () => Buffer.from('i-9'), nowMs: Date.UTC(2030, 0, 1), zone: () => 'UTC'}
const parse = (flags: RunFlags, script = 'echo 123') =>
  parseRun(outside, flags, {words: [script], afterDashes: undefined, file: undefined, type: undefined})

function listening() {
  const output: Record<string, string> = {}
  const lost: number[] = []
  const started: string[][] = []
  return {
    heard: {output, lost, started},
    listener: {
      started: (invokeIds: readonly string[]) => void started.push([...invokeIds]),
      output: (id: string, fresh: {bytes: Uint8Array; lost: number}) => {
        output[id] = (output[id] ?? '') + Buffer.from(fresh.bytes).toString()
        if (fresh.lost > 0) lost.push(fresh.lost)
      },
      changed: () => {},
    },
  }
}

async function run(flags: RunFlags, expected: readonly ExpectedCall[], signal = new AbortController().signal) {
  const ecs = scriptedEcs(expected)
  const {heard, listener} = listening()
  const notices: string[] = []
  const deps = {
    ecs,
    clock: createTestClock(),
    random: () => 0.5,
    notice: (text: string) => notices.push(text),
    listener,
    localInstanceId: undefined,
  }
  const done = await runScript(deps, await parse(flags), signal)
  ecs.verify()
  return {...done, ...heard, ecs, notices}
}

const accepted = {InvokeId: 't-1', CommandId: 'c-1'}
const RESULTS = 'DescribeInvocationResults'

describe('parseRun', () => {
  it('looks up the time zone only for a schedule', async () => {
    const zone = (): string => {
      throw new Error('looked up')
    }
    const words = {words: ['echo 123'], afterDashes: undefined, file: undefined, type: undefined}
    await expect(parseRun({...outside, zone}, {instance: ['i-1']}, words)).resolves.toBeDefined()
    await expect(parseRun({...outside, zone}, {instance: ['i-1'], frequency: 'rate(5m)'}, words)).rejects.toThrow(
      'looked up',
    )
  })
})

describe('parseRun', () => {
  it('checks everything before anything is sent', async () => {
    expect(await parse({instance: ['i-1'], 'exec-timeout': '10m', cwd: '/srv', user: 'web', keep: true})).toMatchObject(
      {
        type: 'RunShellScript',
        script: 'echo 123',
        use: {timeoutSec: 600, workingDir: '/srv', username: 'web'},
        keep: true,
        wait: true,
        selector: {kind: 'ids', instanceIds: ['i-1']},
      },
    )
  })

  it('puts the environment in front of the script', async () => {
    expect((await parse({env: ['A=b c']})).script).toBe("export A='b c'\necho 123")
  })

  it.each([
    {
      name: 'a parameter the script does not have',
      flags: {param: ['x=1']},
      script: 'echo {{name}}',
      says: '--param "x" does not occur',
    },
    {
      name: 'two readers of standard input',
      flags: {instance: ['-']},
      script: '-',
      says: 'can be read once; wanted by --instance - and the script -',
    },
    {
      name: 'a script too long with its environment',
      flags: {env: ['A=1']},
      script: 'x'.repeat(18_430),
      says: 'at most 18432 bytes',
    },
    {
      name: 'a long name',
      flags: {'command-name': 'x'.repeat(129)},
      script: 'ls',
      says: '--command-name must be at most 128',
    },
  ])('refuses $name', async ({flags, script, says}) => {
    await expect(parse(flags, script)).rejects.toMatchObject({code: 'usage', message: expect.stringContaining(says)})
  })

  it('warns about parameters that become empty', async () => {
    const input = await parse({param: ['a=1']}, 'echo {{A}} {{ b }}')
    expect(input.warnings).toEqual(['parameters without a value become empty: b'])
  })
})

describe('runScript', () => {
  it('sends one call, waits once, and hands out the output', async () => {
    const {result, output, ecs, started} = await run({instance: ['i-1'], param: undefined}, [
      {
        action: 'RunCommand',
        with: {
          InstanceId: ['i-1'],
          Type: 'RunShellScript',
          CommandContent: Buffer.from('echo 123').toString('base64'),
          ContentEncoding: 'Base64',
        },
        answer: accepted,
      },
      {action: RESULTS, answer: resultsAnswer([{status: 'Success', output: '123\n'}], '3')},
    ])
    expect(result).toEqual({
      invokeId: 't-1',
      invokeIds: ['t-1'],
      commandId: 'c-1',
      status: 'Success',
      results: [
        {
          instanceId: 'i-1',
          instanceName: '',
          invokeId: 't-1',
          status: 'Success',
          exitCode: 0,
          output: '123\n',
          dropped: 0,
          repeats: 1,
          startTime: '2030-01-01T00:00:00Z',
          finishTime: '2030-01-01T00:00:01Z',
          errorCode: '',
          errorInfo: '',
        },
      ],
    })
    expect(output).toEqual({'i-1': '123\n'})
    expect(started).toEqual([['t-1']])
    expect(ecs.calls).toHaveLength(2)
    expect(Object.keys(ecs.calls[0]?.parameters ?? {})).toEqual([
      'Type',
      'CommandContent',
      'ContentEncoding',
      'InstanceId',
    ])
  })

  it('turns parameters on when some are given', async () => {
    const ecs = scriptedEcs([
      {action: 'RunCommand', with: {EnableParameter: true, Parameters: '{"a":"1"}'}, answer: accepted},
    ])
    const deps = {
      ecs,
      clock: createTestClock(),
      random: () => 0.5,
      notice: () => {},
      listener: listening().listener,
      localInstanceId: 'i-local',
    }
    await runScript(deps, {...(await parse({param: ['a=1'], wait: false}, 'echo {{a}}'))}, new AbortController().signal)
    ecs.verify()
  })

  it('shows output as it grows, once', async () => {
    const {output, lost} = await run({instance: ['i-1']}, [
      {action: 'RunCommand', answer: accepted},
      {action: RESULTS, answer: resultsAnswer([{status: 'Running', output: 'one\n'}], '2')},
      {action: RESULTS, answer: resultsAnswer([{status: 'Running', output: 'one\ntwo\n'}], '3')},
      {action: RESULTS, answer: resultsAnswer([{status: 'Success', output: 'o\nthree\n', dropped: 6}], '4')},
    ])
    expect(output['i-1']).toBe('one\ntwo\nthree\n')
    expect(lost).toEqual([])
  })

  it('keeps bytes that are no UTF-8 in the result', async () => {
    const {result} = await run({instance: ['i-1']}, [
      {action: 'RunCommand', answer: accepted},
      {action: RESULTS, answer: resultsAnswer([{status: 'Success', output: Uint8Array.of(0xff, 0x41)}], '3')},
    ])
    expect(result.results[0]).toMatchObject({output: '\ufffdA', outputBase64: '/0E='})
  })

  it('splits more than 100 targets and merges what comes of them', async () => {
    const ids = Array.from({length: 230}, (_, index) => `i-${index}`)
    const results = (part: readonly string[]) =>
      resultsAnswer(
        part.map((id) => ({id, status: 'Success'})),
        '2',
      )
    const parts = chunk(ids, 100)
    const {result, started} = await run({instance: [ids.join(',')], 'client-token': 'T'}, [
      ...parts.map((part, index) => ({
        action: 'RunCommand',
        with: {InstanceId: part, ClientToken: `T-${index + 1}`},
        answer: {InvokeId: `t-${index}`, CommandId: `c-${index}`},
      })),
      ...parts.map((part) => ({action: RESULTS, answer: results(part)})),
    ])
    expect(result).toMatchObject({invokeId: 't-0', invokeIds: ['t-0', 't-1', 't-2'], status: 'Success'})
    expect(result.results).toHaveLength(230)
    expect(result.results.map(({instanceId}) => instanceId)).toEqual(ids)
    expect(started).toEqual([['t-0', 't-1', 't-2']])
  })

  it('goes on with the other calls when one of several is refused', async () => {
    const ids = Array.from({length: 101}, (_, index) => `i-${index}`)
    const {result} = await run({instance: [ids.join(',')]}, [
      {action: 'RunCommand', answer: accepted},
      {action: 'RunCommand', answer: ecsError('InvalidInstance.NotFound')},
      {
        action: RESULTS,
        answer: resultsAnswer(
          ids.slice(0, 100).map((id) => ({id, status: 'Success'})),
          '2',
        ),
      },
    ])
    expect(result.status).toBe('PartialFailed')
    expect(result.results[100]).toMatchObject({
      instanceId: 'i-100',
      status: 'Invalid',
      errorCode: 'InvalidInstance.NotFound',
    })
  })

  it('shows the refusal when all of several calls are refused', async () => {
    const ids = Array.from({length: 101}, (_, index) => `i-${index}`)
    const refusal = {action: 'RunCommand', answer: ecsError('Forbidden.RAM', 403)}
    await expect(run({instance: [ids.join(',')]}, [refusal, refusal])).rejects.toMatchObject({ecsCode: 'Forbidden.RAM'})
  })

  it('shows a refusal of the only call', async () => {
    const refused = run({instance: ['i-1']}, [{action: 'RunCommand', answer: ecsError('InvalidInstance.NotFound')}])
    await expect(refused).rejects.toMatchObject({code: 'refused', ecsCode: 'InvalidInstance.NotFound'})
  })

  it('does not wait for a schedule and tells its next runs', async () => {
    const {result} = await run({instance: ['i-1'], frequency: 'rate(5m)'}, [
      {action: 'RunCommand', with: {Frequency: 'rate(5m)'}, answer: accepted},
    ])
    expect(result).toMatchObject({
      status: 'Pending',
      frequency: 'rate(5m)',
      nextRuns: ['2030-01-01T00:05:00Z', '2030-01-01T00:10:00Z', '2030-01-01T00:15:00Z'],
    })
  })

  it('stops waiting at --timeout and still tells what is there', async () => {
    const {result, waitTimedOut} = await run({instance: ['i-1'], timeout: '700'}, [
      {action: 'RunCommand', answer: accepted},
      {action: RESULTS, answer: resultsAnswer([{status: 'Running', output: 'a'}])},
      {action: RESULTS, answer: resultsAnswer([{status: 'Running', output: 'ab'}])},
    ])
    expect(waitTimedOut).toBe(true)
    expect(result).toMatchObject({status: 'Running', results: [{status: 'Running', output: 'ab', exitCode: null}]})
  })

  it('is interrupted in order', async () => {
    const interrupt = new AbortController()
    const {interrupted, result} = await run(
      {instance: ['i-1']},
      [
        {action: 'RunCommand', answer: accepted},
        {
          action: RESULTS,
          answer: () => {
            interrupt.abort()
            throw new AssistError('interrupted', 'aborted')
          },
        },
      ],
      interrupt.signal,
    )
    expect(interrupted).toBe(true)
    const conclude = () =>
      concludeRun({result, interrupted, waitTimedOut: false}, {exitPolicy: 'largest', again: ' --profile p'})
    expect(conclude).toThrow('interrupted; t-1 goes on on one instance')
    try {
      conclude()
    } catch (error) {
      expect((error as AssistError).code).toBe('interrupted')
      expect((error as AssistError).hint).toBe(
        'To follow it: assist results t-1 --follow --profile p\n  To stop it:   assist stop t-1 --profile p',
      )
    }
  })
})

describe('batchToken', () => {
  it('leaves the token of a single call alone and tells several apart within 64 characters', () => {
    const token = 'x'.repeat(64)
    expect(batchToken(token, 0, 1)).toBe(token)
    expect(batchToken(undefined, 3, 9)).toBeUndefined()
    expect(batchToken(token, 11, 20)).toBe(`${'x'.repeat(61)}-12`)
  })
})

describe('invokeStored', () => {
  const invoke = async (command: string | undefined, expected: readonly ExpectedCall[]) => {
    const ecs = scriptedEcs(expected)
    const notices: string[] = []
    const deps = {
      ecs,
      clock: createTestClock(),
      random: () => 0.5,
      notice: (text: string) => notices.push(text),
      listener: listening().listener,
      localInstanceId: undefined,
    }
    const input = await parseInvoke(outside, {instance: ['i-1'], frequency: '0 */10 * * * *'}, command)
    const done = await invokeStored(deps, input, new AbortController().signal)
    ecs.verify()
    return {...done, notices}
  }
  const stored = (...commands: Array<[id: string, name: string]>) => ({
    Commands: {Command: commands.map(([CommandId, Name]) => ({CommandId, Name}))},
  })
  const invoked = {
    action: 'InvokeCommand',
    with: {CommandId: 'c-1', InstanceId: ['i-1'], Frequency: '0 */10 * * * *'},
    answer: {InvokeId: 't-1'},
  }

  it('takes an id as it is', async () => {
    expect((await invoke('c-1', [invoked])).result).toMatchObject({
      invokeId: 't-1',
      commandId: 'c-1',
      frequency: '0 */10 * * * *',
    })
  })

  it('finds a command by its whole name', async () => {
    await invoke('disk', [
      {action: 'DescribeCommands', with: {Name: 'disk'}, answer: stored(['c-2', 'disk-old'], ['c-1', 'disk'])},
      invoked,
    ])
  })

  it("warns of parameters that get no value, as a script of one's own does", async () => {
    const Command = [
      {CommandId: 'c-1', Name: 'disk', EnableParameter: true, ParameterNames: {ParameterName: ['path', 'n']}},
    ]
    const {notices} = await invoke('disk', [{action: 'DescribeCommands', answer: {Commands: {Command}}}, invoked])
    expect(notices).toEqual(['Warning: parameters without a value become empty: path, n'])
  })

  it('uses the only stored command when none is named, and says so', async () => {
    const {notices} = await invoke(undefined, [{action: 'DescribeCommands', answer: stored(['c-1', 'disk'])}, invoked])
    expect(notices).toEqual(['Using the only stored command: c-1 (disk).'])
  })

  it.each([
    {
      name: 'a name that two have',
      command: 'disk',
      answer: stored(['c-1', 'disk'], ['c-2', 'disk']),
      says: '2 commands are named "disk"',
    },
    {name: 'a name that none has', command: 'disk', answer: stored(), says: 'there is no command named "disk"'},
    {
      name: 'no name while several are stored',
      command: undefined,
      answer: stored(['c-1', 'a'], ['c-2', 'b']),
      says: 'more than one is stored',
    },
    {name: 'no name while none is stored', command: undefined, answer: stored(), says: 'none is stored'},
  ])('refuses $name', async ({command, answer, says}) => {
    await expect(invoke(command, [{action: 'DescribeCommands', answer}])).rejects.toThrow(says)
  })
})
