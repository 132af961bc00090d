// Callers: they accept runs and wait for their end as the command line does, or look at pages.
import {randomUUID} from 'node:crypto'
import {HOLD_HEADER, HOLD_MAX_MS, HOLD_SINCE_HEADER} from '../../src/lib/protocol/ecs/hold.ts'
import {flattenParameters, type ParameterValue} from '../../src/lib/protocol/ecs/parameters/flatten.ts'
import {canonicalQuery, signV1, stringToSignV1} from '../../src/lib/protocol/ecs/signature.ts'
import {inParallel, serveParent} from './told.ts'
import {Wire} from './wire.ts'

interface Key {
  accessKeyId: string
  secret: string
}

let wire = new Wire('http://127.0.0.1:1')
let key: Key = {accessKeyId: '', secret: ''}

async function call(
  action: string,
  parameters: {[name: string]: ParameterValue},
  headers: Readonly<Record<string, string>> = {},
): Promise<Record<string, unknown>> {
  const pairs: Array<[string, string]> = [
    ['Action', action],
    ['Version', '2014-05-26'],
    ['Format', 'JSON'],
    ['AccessKeyId', key.accessKeyId],
    ['SignatureMethod', 'HMAC-SHA1'],
    ['SignatureVersion', '1.0'],
    ['SignatureNonce', randomUUID()],
    ['Timestamp', `${new Date().toISOString().slice(0, 19)}Z`],
    ...flattenParameters({RegionId: 'local', ...parameters}),
  ]
  pairs.push(['Signature', signV1(key.secret, stringToSignV1('POST', pairs))])
  const form = {'content-type': 'application/x-www-form-urlencoded', ...headers}
  const {status, text} = await wire.ask('POST', '/', form, Buffer.from(canonicalQuery(pairs)))
  const answer = JSON.parse(text) as Record<string, unknown>
  if (status !== 200) throw new Error(`${action}: ${status} ${text}`)
  return answer
}

const OVER = ['Success', 'Failed', 'Timeout', 'Error', 'Stopped', 'Invalid', 'Aborted', 'Expired']

/** Submits and waits, as `run` does. */
async function run(instanceIds: readonly string[]): Promise<void> {
  const accepted = await call('RunCommand', {
    Type: 'RunShellScript',
    CommandContent: 'ZWNobyAxMjM=',
    ContentEncoding: 'Base64',
    Timeout: 60,
    InstanceId: [...instanceIds],
    ClientToken: randomUUID(),
  })
  let since = '1'
  for (;;) {
    const answer = await call(
      'DescribeInvocationResults',
      {InvokeId: String(accepted['InvokeId']), ContentEncoding: 'Base64', MaxResults: 50},
      {[HOLD_HEADER]: String(HOLD_MAX_MS), [HOLD_SINCE_HEADER]: since},
    )
    const {InvocationResults, NextToken} = answer['Invocation'] as {
      InvocationResults: {InvocationResult: Array<{InvocationStatus: string}>}
      NextToken?: string
    }
    let results = InvocationResults.InvocationResult
    let next = NextToken
    while (next) {
      const page = await call('DescribeInvocationResults', {
        InvokeId: String(accepted['InvokeId']),
        ContentEncoding: 'Base64',
        MaxResults: 50,
        NextToken: next,
      })
      const more = page['Invocation'] as {
        InvocationResults: {InvocationResult: Array<{InvocationStatus: string}>}
        NextToken?: string
      }
      results = [...results, ...more.InvocationResults.InvocationResult]
      next = more.NextToken
    }
    if (results.length === instanceIds.length && results.every(({InvocationStatus}) => OVER.includes(InvocationStatus)))
      return
    since = String(answer['AssistVersion'])
    if (instanceIds.length > 1)
      await new Promise((resolve) => setTimeout(resolve, Math.min(20 + 5 * instanceIds.length, 500)))
  }
}

serveParent({
  start: (input: {url: string; key: Key}) => {
    wire = new Wire(input.url)
    key = input.key
  },
  call: ({action, parameters}: {action: string; parameters: {[name: string]: ParameterValue}}) =>
    call(action, parameters),
  /** Requests to a server that does nothing: what the wire itself costs. */
  bare: async ({url, ms, connections}: {url: string; ms: number; connections: number}) => {
    const bare = new Wire(url)
    const until = performance.now() + ms
    let requests = 0
    const body = Buffer.from('x'.repeat(300))
    await inParallel(Array.from({length: connections}), connections, async () => {
      while (performance.now() < until) {
        await bare.ask('POST', '/', {'content-type': 'text/plain'}, body)
        requests++
      }
    })
    bare.close()
    return {requests, ms}
  },
  /** So many callers, each with one run after the other. */
  load: async ({ms, callers, instanceIds}: {ms: number; callers: number; instanceIds: string[]}) => {
    const began = performance.now()
    const times: number[] = []
    let next = 0
    await inParallel(Array.from({length: callers}), callers, async () => {
      while (performance.now() - began < ms) {
        const startedMs = performance.now()
        await run([instanceIds[next++ % instanceIds.length] as string])
        times.push(performance.now() - startedMs)
      }
    })
    return {runs: times.length, ms: performance.now() - began, times}
  },
  /** A run every so often, whatever becomes of those before it. */
  paced: async ({ms, perSec, instanceIds}: {ms: number; perSec: number; instanceIds: string[]}) => {
    const began = performance.now()
    const times: number[] = []
    const underWay: Promise<void>[] = []
    for (let count = 0; performance.now() - began < ms; count++) {
      const dueMs = (count * 1000) / perSec
      const early = began + dueMs - performance.now()
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
      const startedMs = began + dueMs
      underWay.push(
        run([instanceIds[count % instanceIds.length] as string]).then(
          () => void times.push(performance.now() - startedMs),
        ),
      )
    }
    await Promise.all(underWay)
    return {times}
  },
  /** Every call goes to all of the instances; all calls at once. */
  fleet: async ({calls, instanceIds}: {calls: number; instanceIds: string[]}) => {
    const began = performance.now()
    await Promise.all(Array.from({length: calls}, () => run(instanceIds)))
    return {ms: performance.now() - began}
  },
  pages: async ({
    queries,
    rounds,
  }: {
    queries: Array<{action: string; parameters: {[name: string]: ParameterValue}}>
    rounds: number
  }) => {
    const times: number[][] = queries.map(() => [])
    for (let round = 0; round < rounds; round++) {
      for (const [index, {action, parameters}] of queries.entries()) {
        const startedMs = performance.now()
        await call(action, parameters)
        times[index]?.push(performance.now() - startedMs)
      }
    }
    return times
  },
})
