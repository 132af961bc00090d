import {describe, expect, it} from 'vitest'
import {followerOf} from '../../../../src/lib/actions/run/carry-out.ts'
import {ResultFollower} from '../../../../src/lib/actions/run/follow-results.ts'
import {watchInvocation} from '../../../../src/lib/actions/run/watch-invocation.ts'
import {resultsAnswer, scriptedEcs} from '../../../support/ecs-client.ts'
import {createTestClock} from '../../../support/test-clock.ts'

const ACTION = 'DescribeInvocationResults'

interface Told {
  position: number
  text: string
  end: number
}

/** Follows an output that a service of ours tells part by part; returns what came of it and what was asked for. */
async function follow(parts: Array<Told & {status: string}>, {isOurs = true} = {}) {
  const answers = parts.map(({position, text, end, status}) => ({
    ...resultsAnswer([{status}], '2'),
    AssistOutputs: {
      AssistOutput: [{InstanceId: 'i-1', Position: position, Content: Buffer.from(text).toString('base64'), End: end}],
    },
  }))
  const ecs = scriptedEcs(
    answers.map((answer) => ({action: ACTION, answer})),
    undefined,
    {isOurs},
  )
  const clock = createTestClock()
  const heard: string[] = []
  const results = new ResultFollower({
    output: (_id, {bytes, lost, isLast}) =>
      heard.push(`${lost > 0 ? `<${lost} lost>` : ''}${Buffer.from(bytes)}${isLast ? '<end>' : ''}`),
    changed: () => {},
  })
  const follower = followerOf({followerId: 'me'}, results)
  const deps = {ecs, clock, random: () => 0.5, notice: () => {}}
  const input = {invokeId: 't-1', instanceIds: ['i-1'], isNew: true, sharing: 1, follower}
  await watchInvocation(deps, input, (look) => results.look(look), new AbortController().signal)
  ecs.verify()
  const asked = ecs.calls.map(({parameters}) => parameters['AssistFollow'])
  return {heard, asked, sleeps: clock.sleeps}
}

describe('an output that a service of ours tells part by part', () => {
  it('is asked for from where it was read to, and has ended with its last byte', async () => {
    const {heard, asked, sleeps} = await follow([
      {status: 'Running', position: 0, text: 'one ', end: 9},
      {status: 'Success', position: 4, text: 'two', end: 9},
      {status: 'Success', position: 7, text: '!!', end: 9},
    ])
    expect(heard).toEqual(['one ', 'two', '!!<end>'])
    expect(asked).toEqual([0, 4, 7].map((Position) => [{InstanceId: 'i-1', Position}]))
    expect(sleeps).toEqual([])
  })

  it('says where bytes are missing, at its end too', async () => {
    const {heard} = await follow([
      {status: 'Running', position: 3, text: 'abc', end: 6},
      {status: 'Success', position: 10, text: '', end: 10},
    ])
    expect(heard).toEqual(['<3 lost>abc', '<4 lost><end>'])
  })

  it('is not asked for without a pause when nothing of it comes', async () => {
    const {sleeps} = await follow([
      {status: 'Success', position: 0, text: '', end: 3},
      {status: 'Success', position: 0, text: 'abc', end: 3},
    ])
    expect(sleeps).not.toEqual([])
  })

  it('is not asked for at all where the service has not said that it is ours', async () => {
    const {asked} = await follow([{status: 'Success', position: 0, text: 'abc', end: 3}], {isOurs: false})
    expect(asked).toEqual([undefined])
  })
})
