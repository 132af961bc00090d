import {describe, expect, it} from 'vitest'
import {type Look, watchInvocation} from '../../../../src/lib/actions/run/watch-invocation.ts'
import {withDeadline} from '../../../../src/lib/actions/run/with-deadline.ts'
import {AssistError} from '../../../../src/lib/core/errors.ts'
import {type ExpectedCall, ecsError, resultsAnswer, scriptedEcs} from '../../../support/ecs-client.ts'
import {createTestClock} from '../../../support/test-clock.ts'

const ACTION = 'DescribeInvocationResults'

async function watch(
  expected: readonly ExpectedCall[],
  more: {instanceIds?: readonly string[] | undefined; isNew?: boolean; sharing?: number} = {},
) {
  const ecs = scriptedEcs(expected)
  const clock = createTestClock()
  const notices: string[] = []
  const looks: Look[] = []
  const input = {invokeId: 't-1', instanceIds: ['i-1'], isNew: true, sharing: 1, ...more}
  const deps = {ecs, clock, random: () => 0.5, notice: (text: string) => notices.push(text)}
  const error = await watchInvocation(deps, input, (look) => looks.push(look), new AbortController().signal).catch(
    (thrown) => thrown,
  )
  return {ecs, clock, notices, looks, error, statuses: looks.map((look) => look.results.map((one) => one.status))}
}

describe('watchInvocation', () => {
  it('asks our server once when the end is the first thing that happens', async () => {
    const {ecs, clock, statuses} = await watch([
      {
        action: ACTION,
        with: {InvokeId: 't-1', ContentEncoding: 'Base64'},
        hold: {waitMs: 20_000, since: '1'},
        answer: resultsAnswer([{status: 'Success'}], '4'),
      },
    ])
    expect(statuses).toEqual([['Success']])
    expect(clock.sleeps).toEqual([])
    ecs.verify()
  })

  it('sends the last version back and never sleeps between held answers for one target', async () => {
    const {ecs, clock} = await watch([
      {action: ACTION, hold: {waitMs: 20_000, since: '1'}, answer: resultsAnswer([{status: 'Running'}], '2')},
      {
        action: ACTION,
        hold: {waitMs: 20_000, since: '2'},
        answer: resultsAnswer([{status: 'Running', output: 'a'}], '3'),
      },
      {
        action: ACTION,
        hold: {waitMs: 20_000, since: '3'},
        answer: resultsAnswer([{status: 'Failed', exitCode: 2}], '4'),
      },
    ])
    expect(clock.sleeps).toEqual([])
    ecs.verify()
  })

  it('asks the cloud after 0.5, 1, 2, then every 5 seconds', async () => {
    const pending = {action: ACTION, answer: resultsAnswer([{status: 'Running'}])}
    const {clock, ecs} = await watch([
      pending,
      pending,
      pending,
      pending,
      pending,
      {action: ACTION, answer: resultsAnswer([{status: 'Success'}])},
    ])
    expect(clock.sleeps).toEqual([500, 1000, 2000, 5000, 5000])
    ecs.verify()
  })

  it('asks more gently when many invocations are watched', async () => {
    const pending = {action: ACTION, answer: resultsAnswer([{status: 'Running'}])}
    const {clock} = await watch([pending, {action: ACTION, answer: resultsAnswer([{status: 'Success'}])}], {
      sharing: 50,
    })
    expect(clock.sleeps).toEqual([5000])
  })

  it('lets the answers of a fleet gather for a moment', async () => {
    const both = [
      {id: 'i-1', status: 'Running'},
      {id: 'i-2', status: 'Running'},
    ]
    const {clock} = await watch(
      [
        {action: ACTION, answer: resultsAnswer(both, '2')},
        {
          action: ACTION,
          answer: resultsAnswer(
            both.map((one) => ({...one, status: 'Success'})),
            '3',
          ),
        },
      ],
      {instanceIds: ['i-1', 'i-2']},
    )
    expect(clock.sleeps).toEqual([30])
  })

  it('reads all pages and holds only the first', async () => {
    const {ecs, statuses} = await watch(
      [
        {
          action: ACTION,
          hold: {waitMs: 20_000, since: '1'},
          answer: resultsAnswer([{id: 'i-1', status: 'Success'}], '2', 'more'),
        },
        {action: ACTION, with: {NextToken: 'more'}, answer: resultsAnswer([{id: 'i-2', status: 'Failed'}], '3')},
      ],
      {instanceIds: ['i-1', 'i-2']},
    )
    expect(statuses).toEqual([['Success', 'Failed']])
    expect(ecs.calls[1]?.options.hold).toBeUndefined()
    ecs.verify()
  })

  it('takes an invocation that is not to be seen yet for pending', async () => {
    const {statuses, error, ecs} = await watch([
      {action: ACTION, answer: ecsError('InvalidInvokeId.NotFound')},
      {action: ACTION, answer: resultsAnswer([])},
      {action: ACTION, answer: resultsAnswer([{status: 'Success'}])},
    ])
    expect(error).toBeUndefined()
    expect(statuses).toEqual([[], ['Success']])
    ecs.verify()
  })

  it('gives up on an invocation that nobody has seen after 10 seconds', async () => {
    const {error} = await watch(Array.from({length: 9}, () => ({action: ACTION, answer: resultsAnswer([])})))
    expect(error).toMatchObject({code: 'refused', message: 'the service shows no invocation t-1'})
  })

  it('does not wait for an invocation that is not new', async () => {
    const {error} = await watch([{action: ACTION, answer: ecsError('InvalidInvokeId.NotFound')}], {isNew: false})
    expect(error).toMatchObject({ecsCode: 'InvalidInvokeId.NotFound'})
  })

  it('says once that the service is out of reach, and goes on when it is back', async () => {
    const lost = {action: ACTION, answer: new AssistError('unreachable', 'no route')}
    const {notices, statuses, ecs} = await watch([
      lost,
      lost,
      lost,
      {action: ACTION, answer: resultsAnswer([{status: 'Success'}])},
    ])
    expect(notices).toEqual(['cannot see results at the moment, trying again: no route'])
    expect(statuses).toEqual([['Success']])
    ecs.verify()
  })

  it('gives up when the service stays away for five minutes', async () => {
    const lost = {action: ACTION, answer: new AssistError('unreachable', 'no route')}
    const {error, clock} = await watch(Array.from({length: 60}, () => lost))
    expect(error).toMatchObject({code: 'unreachable'})
    expect(clock.monotonic()).toBeGreaterThan(300_000)
  })

  it('passes a refusal on at once', async () => {
    const {error} = await watch([{action: ACTION, answer: ecsError('Forbidden.RAM', 403)}])
    expect(error).toMatchObject({ecsCode: 'Forbidden.RAM'})
  })

  it('ends without an error at a deadline, in the middle of a held answer', async () => {
    const clock = createTestClock()
    const ecs = scriptedEcs([
      {
        action: ACTION,
        answer: (_parameters, {signal}) =>
          new Promise((_resolve, reject) => {
            signal?.addEventListener('abort', () => reject(new AssistError('interrupted', 'aborted')))
          }),
      },
    ])
    const deps = {ecs, clock, random: () => 0.5, notice: () => {}}
    const input = {invokeId: 't-1', instanceIds: ['i-1'], isNew: true, sharing: 1}
    const outcome = await withDeadline(clock, 60_000, new AbortController().signal, (signal) =>
      watchInvocation(deps, input, () => {}, signal),
    )
    expect(outcome.isLate).toBe(true)
    expect(clock.monotonic()).toBe(60_000)
  })
})
