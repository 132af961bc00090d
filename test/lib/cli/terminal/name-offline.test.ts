import {describe, expect, it} from 'vitest'
import {createOfflineNamer} from '../../../../src/lib/cli/terminal/name-offline.ts'
import {scriptedEcs} from '../../../support/ecs-client.ts'

const status = (id: string, online: boolean, channel = 'Up') => ({
  InstanceId: id,
  CloudAssistantStatus: String(online),
  KickChannel: channel,
})
const answering = (...statuses: object[]) =>
  scriptedEcs([
    {
      action: 'DescribeCloudAssistantStatus',
      answer: {InstanceCloudAssistantStatusSet: {InstanceCloudAssistantStatus: statuses}},
    },
  ])
const host = (instanceId: string, name = '') => ({instanceId, name})

describe('createOfflineNamer', () => {
  it('names who still waits and is offline, and nobody else', async () => {
    const ecs = answering(status('i-1', false), status('i-2', true), status('i-3', false))
    const said = await new Promise((say) => {
      const namer = createOfflineNamer({ecs, say, looksMs: [0]})
      namer.started([host('i-1', 'web'), host('i-2'), host('i-3')])
      namer.changed([
        {instanceId: 'i-1', status: 'Pending'},
        {instanceId: 'i-3', status: 'Success'},
      ])
    })
    expect(said).toBe('web is offline; the service waits a while for it')
  })

  it('counts those beyond the first five', async () => {
    const ids = ['i-1', 'i-2', 'i-3', 'i-4', 'i-5', 'i-6', 'i-7']
    const ecs = answering(...ids.map((id) => status(id, false)))
    const said = await new Promise((say) => {
      createOfflineNamer({ecs, say, looksMs: [0]}).started(ids.map((id) => host(id)))
    })
    expect(said).toBe('i-1, i-2, i-3, i-4, i-5 and 2 more are offline; the service waits a while for them')
  })

  it('names who is online and cannot be woken, and nobody of whom the service does not say', async () => {
    const ecs = answering(status('i-1', true, 'Down'), status('i-2', true, ''), status('i-3', false, 'Down'))
    const said = await new Promise<string[]>((done) => {
      const lines: string[] = []
      const say = (line: string): void => {
        if (lines.push(line) === 2) done(lines)
      }
      createOfflineNamer({ecs, say, looksMs: [0]}).started([host('i-1', 'web'), host('i-2'), host('i-3')])
    })
    expect(said).toEqual([
      'i-3 is offline; the service waits a while for it',
      'web is online but has no open channel; it may start late (up to 30 minutes)',
    ])
  })

  it('looks again, and names nobody twice', async () => {
    const answers = [[status('i-1', false), status('i-2', true)], [status('i-2', false)]]
    const ecs = scriptedEcs(
      answers.map((statuses) => ({
        action: 'DescribeCloudAssistantStatus',
        answer: {InstanceCloudAssistantStatusSet: {InstanceCloudAssistantStatus: statuses}},
      })),
    )
    const said = await new Promise<string[]>((done) => {
      const lines: string[] = []
      const say = (line: string): void => {
        if (lines.push(line) === 2) done(lines)
      }
      createOfflineNamer({ecs, say, looksMs: [0, 20]}).started([host('i-1'), host('i-2')])
    })
    expect(said.map((line) => line.split(' ')[0])).toEqual(['i-1', 'i-2'])
    expect(ecs.calls.map(({parameters}) => parameters['InstanceId'])).toEqual([['i-1', 'i-2'], ['i-2']])
  })
})
