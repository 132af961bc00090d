import {isDeepStrictEqual} from 'node:util'
import type {CallOptions, EcsAnswer, EcsClient} from '../../src/lib/ecs/client.ts'
import {EcsError} from '../../src/lib/ecs/error.ts'
import type {ParameterValue} from '../../src/lib/protocol/ecs/parameters/flatten.ts'

type Parameters = {readonly [name: string]: ParameterValue}

/** One call that is expected, and what comes back. Parameters that are not named may be anything. */
export interface ExpectedCall {
  action: string
  with?: Record<string, unknown>
  hold?: CallOptions['hold']
  /** An answer, an error to throw, or what to do. */
  answer: EcsAnswer | Error | ((parameters: Parameters, options: CallOptions) => EcsAnswer | Promise<EcsAnswer>)
}

export interface ScriptedEcs extends EcsClient {
  /** Every call there was. */
  calls: Array<{action: string; parameters: Record<string, unknown>; options: CallOptions}>
  /** Fails when something that was expected never came, or something else did, even if whoever called has swallowed that. */
  verify(): void
}

/** A service that answers by a script, action by action in order, and fails on what it did not expect. */
export function scriptedEcs(
  expected: readonly ExpectedCall[],
  endpoint = 'http://127.0.0.1:9',
  {isOurs = false} = {},
): ScriptedEcs {
  const open = [...expected]
  const calls: ScriptedEcs['calls'] = []
  const surprises: Error[] = []
  const surprised = (text: string): Error => {
    const error = new Error(text)
    surprises.push(error)
    return error
  }
  return {
    region: 'cn-hangzhou',
    endpoint,
    isOurs,
    calls,
    call: async (action, parameters, options = {}) => {
      const sent = withoutUndefined(parameters)
      calls.push({action, parameters: sent, options})
      const index = open.findIndex((call) => call.action === action)
      const next = open[index]
      if (!next) throw surprised(`unexpected call ${action} ${JSON.stringify(sent)}`)
      open.splice(index, 1)
      for (const [name, value] of Object.entries(next.with ?? {})) {
        if (!isDeepStrictEqual(sent[name], value)) {
          throw surprised(`${action}: ${name} is ${JSON.stringify(sent[name])}, expected ${JSON.stringify(value)}`)
        }
      }
      if (next.hold && !isDeepStrictEqual(options.hold, next.hold)) {
        throw surprised(`${action}: hold is ${JSON.stringify(options.hold)}, expected ${JSON.stringify(next.hold)}`)
      }
      const {answer} = next
      if (answer instanceof Error) throw answer
      return typeof answer === 'function' ? answer(parameters, options) : answer
    },
    verify: () => {
      if (surprises[0]) throw surprises[0]
      if (open.length > 0) throw new Error(`never called: ${open.map(({action}) => action).join(', ')}`)
    },
  }
}

function withoutUndefined(parameters: Parameters): Record<string, unknown> {
  return JSON.parse(JSON.stringify(parameters))
}

export function ecsError(code: string, httpStatus = 404): EcsError {
  return new EcsError({code, message: 'no', httpStatus, requestId: 'R', action: 'Test'})
}

export interface TaskFields {
  id?: string
  status: string
  output?: string | Uint8Array
  exitCode?: number
  dropped?: number
  more?: EcsAnswer
}

/** An answer of DescribeInvocationResults; with a version it comes from our server. */
export function resultsAnswer(tasks: readonly TaskFields[], version?: string, nextToken = ''): EcsAnswer {
  return {
    RequestId: 'R',
    ...(version === undefined ? {} : {AssistVersion: version}),
    Invocation: {
      NextToken: nextToken,
      InvocationResults: {
        InvocationResult: tasks.map(({id = 'i-1', status, output = '', exitCode, dropped = 0, more}) => ({
          InvokeId: 't-1',
          InstanceId: id,
          CommandId: 'c-1',
          InvocationStatus: status,
          ExitCode: exitCode ?? 0,
          Output: Buffer.from(output).toString('base64'),
          Dropped: dropped,
          Repeats: status === 'Pending' ? 0 : 1,
          StartTime: status === 'Pending' ? '' : '2030-01-01T00:00:00Z',
          FinishedTime: ['Pending', 'Running'].includes(status) ? '' : '2030-01-01T00:00:01Z',
          ErrorCode: '',
          ErrorInfo: '',
          ...more,
        })),
      },
    },
  }
}
