import {describe, expect, it} from 'vitest'
import {checkOutput} from '../../../../src/lib/cli/terminal/check-output.ts'
import {formatResult, type ShowOptions} from '../../../../src/lib/cli/terminal/show.ts'
import {resultsView} from '../../../../src/lib/view/run/run-command.ts'

const OPTIONS: ShowOptions = {
  ...{format: 'text', query: undefined, columns: undefined, color: false, width: 80, isTerminal: false, nowMs: 0},
}
const RESULT = {
  status: 'Success',
  results: [
    {host: 'a', code: 0, tags: {x: '1'}},
    {host: 'b', code: 3},
  ],
}
const view = () => ({columns: [], rows: []})
const show = (more: Partial<ShowOptions>, result: unknown = RESULT, items?: unknown[]) =>
  formatResult({result, view, items}, {...OPTIONS, ...more})

describe('formatResult', () => {
  it.each<[string, Partial<ShowOptions>, string]>([
    ['objects are rows', {query: 'results[]', format: 'csv'}, 'host,code,tags\r\na,0,"{""x"":""1""}"\r\nb,3,\r\n'],
    ['objects as text', {query: 'results[].{h:host,c:code}'}, 'a\t0\nb\t3\n'],
    ['lists are cells', {query: 'results[].[host,code]'}, 'a\t0\nb\t3\n'],
    ['a table', {query: 'results[].{h:host,c:code}', format: 'table'}, 'h  c\na  0\nb  3\n'],
    ['columns of it', {query: 'results[]', format: 'csv', columns: 'code'}, 'code\r\n0\r\n3\r\n'],
    ['one object stands upright', {query: 'results[0].{h:host}', format: 'table'}, 'h  a\n'],
    ['plain values are bare', {query: 'results[].host'}, 'a\nb\n'],
    ['plain values as CSV', {query: 'results[].host', format: 'csv'}, 'value\r\na\r\nb\r\n'],
    ['one value', {query: 'status', format: 'table'}, 'Success\n'],
    ['nothing', {query: 'nothing'}, '\n'],
    ['an empty list', {query: 'results[9:]'}, ''],
  ])('shows what a query found: %s', async (_, options, shown) => {
    expect(await show(options)).toBe(shown)
  })

  it('prints one host a line as ndjson', async () => {
    expect(await show({format: 'ndjson'}, RESULT, RESULT.results)).toBe(
      '{"host":"a","code":0,"tags":{"x":"1"}}\n{"host":"b","code":3}\n',
    )
  })

  it('never lets a terminal obey a value, and keeps it the same value', async () => {
    const evil = {host: '\u009b2J\u202eevil\x7f'}
    for (const format of ['json', 'ndjson'] as const) {
      const text = await show({format, isTerminal: true}, evil)
      expect(text).not.toMatch(/[\u007f-\u009f\u202e]/)
      expect(JSON.parse(text)).toEqual(evil)
    }
    expect(await show({format: 'yaml', isTerminal: true}, evil)).not.toMatch(/[\u007f-\u009f\u202e]/)
    expect(await show({query: 'host', isTerminal: true}, evil)).not.toMatch(/[\u007f-\u009f\u202e]/)
  })
})

describe('checkOutput', () => {
  const {columns} = resultsView([])
  it.each([
    [{query: 'bad[['}, /--query "bad\[\[" is not a JMESPath expression/],
    [{columns: 'Nope'}, /--columns: there is no column "Nope"/],
    [{columns: 'status,'}, /there is no column ""/],
  ])('refuses %j', async (flags, message) => {
    await expect(checkOutput(flags, columns)).rejects.toThrow(message)
  })
  it.each([{}, {query: 'results[]'}, {columns: 'status, Exit'}, {query: 'results[]', columns: 'own'}])(
    'takes %j',
    async (flags) => {
      await expect(checkOutput(flags, columns)).resolves.toBeUndefined()
    },
  )
})
