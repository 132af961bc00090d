import {describe, expect, it} from 'vitest'
import {createSendReport} from '../../../../src/lib/agent/talk/report.ts'
import {EXECUTE_FAILED, INTERRUPTED, type TaskReport} from '../../../../src/lib/protocol/agent/reports.ts'

const interrupted: TaskReport = {
  ...{kind: 'error', taskId: 't-1', invokeVersion: 0, startMs: 1, endMs: 2, exitCode: 0, dropped: 0},
  ...{offset: undefined, errCode: INTERRUPTED, errDesc: 'the agent ended'},
}

describe('a report of a script that was interrupted', () => {
  it.each([
    {server: 'ours', assist: true, errCode: INTERRUPTED},
    {server: 'another', assist: false, errCode: EXECUTE_FAILED},
  ])('has a code that its server knows: $server', async ({assist, errCode}) => {
    const queries: URLSearchParams[] = []
    const connection = async ({query}: {query?: URLSearchParams}) => {
      if (query) queries.push(query)
      return {status: 200, text: '{}'}
    }
    const send = createSendReport(connection, {assist, wallOf: () => ({})})
    expect(await send(interrupted, new Uint8Array())).toBe('taken')
    expect(queries.map((query) => [query.get('errCode'), query.get('errDesc')])).toEqual([[errCode, 'the agent ended']])
  })
})
