import {describe, expect, it} from 'vitest'
import {formatResult} from '../../../../src/lib/cli/terminal/show.ts'

const RESULT = {
  invocations: [
    {invokeId: 't-1', status: 'Failed', frequency: '', instances: [{instanceId: 'i-1', exitCode: 3, timed: false}]},
    {invokeId: 't-2', status: 'Success', frequency: '', instances: [{instanceId: 'i-2', exitCode: null, timed: false}]},
  ],
}
const OPTIONS = {format: 'json', columns: undefined, color: false, width: 80, isTerminal: false, nowMs: 0} as const

/** What is said of the query, and what it printed. */
async function ask(query: string, result: unknown = RESULT): Promise<{hints: string[]; text: string}> {
  const hints: string[] = []
  const view = () => ({columns: [], rows: []})
  const text = await formatResult({result, view}, {...OPTIONS, query, hint: (hint) => hints.push(hint)})
  return {hints, text}
}

describe('a query that finds nothing', () => {
  it.each([
    ['Invocations', 'there is no field "Invocations"; did you mean invocations?'],
    ['Invocations[].{id: InvokeId}', 'there is no field "Invocations"; did you mean invocations?'],
    ['invocations[].InvokeId', 'there is no field "InvokeId"; did you mean invokeId?'],
    ['invocations[].invoke_id', 'there is no field "invoke_id"; did you mean invokeId?'],
    // It has rows, but all of them are empty.
    ['invocations[].{id: InvokeId}', 'there is no field "InvokeId"; did you mean invokeId?'],
    ['invocations[?status=="Failed"]', `"Failed" is taken for a field; text stands in single quotes: status=='Failed'`],
    ['invocations[?status==Failed].invokeId', `text stands in single quotes: status=='Failed'`],
    [`invocations[].instances[?exitCode=='3'][]`, 'exitCode is a number, which stands in backticks: exitCode==`3`'],
    [`invocations[].instances[?timed=='true'][]`, 'timed is a boolean, which stands in backticks: timed==`true`'],
    ['invocation', 'there is no field "invocation"; did you mean invocations?'],
    ['items', 'found nothing: there is no field "items"; the result has invocations'],
  ])('%s', async (query, says) => {
    const {hints} = await ask(query)
    expect(hints).toEqual([expect.stringContaining(says)])
    expect(hints[0]).toMatch(/^--query/)
    expect(hints[0]).not.toContain('\n')
  })

  it('says that a list is empty', async () => {
    expect((await ask('invocations[0].invokeId', {invocations: []})).hints).toEqual([
      '--query found nothing: invocations is empty',
    ])
  })

  it.each([
    `invocations[?status=='Timeout']`,
    'invocations[].invokeId',
    'invocations[1].instances[0].exitCode',
    `invocations[?status=='Failed'].invokeId | [0]`,
    'length(invocations)',
    '{ids: invocations[].invokeId, other: invocations[0].none}',
  ])('is silent on %s, where that is the answer', async (query) => {
    expect((await ask(query)).hints).toEqual([])
  })

  it('still prints null for scripts', async () => {
    expect((await ask('Invocations')).text).toBe('null\n')
  })
})
