import type {Clock} from '../../core/clock.ts'
import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import type {EcsAnswer} from '../../ecs/client.ts'
import {parseInteger} from '../flags/integer.ts'

export interface Waiter {
  expression: string
  to: string
  timeoutSec: number
  intervalSec: number
}

/** The `expr=… to=… timeout=… interval=…` of the official CLI. @throws AssistError (usage) */
export function parseWaiter(pairs: Readonly<Record<string, string>>): Waiter {
  const {expr, to} = pairs
  if (expr === undefined || to === undefined) {
    throw new AssistError('usage', '--waiter needs expr= and to=', {
      hint: "Such as: --waiter expr='Invocations.Invocation[0].InvocationStatus' to=Success",
    })
  }
  return {
    expression: expr,
    to,
    timeoutSec: parseInteger(pairs['timeout'] ?? '180', '--waiter timeout', {min: 1, max: 600}),
    intervalSec: parseInteger(pairs['interval'] ?? '5', '--waiter interval', {min: 2, max: 10}),
  }
}

/** Calls until the expression yields the value. @throws AssistError (timeout) */
export async function callUntil(
  call: () => Promise<EcsAnswer>,
  waiter: Waiter,
  deps: {clock: Clock; search(value: unknown, expression: string): Promise<unknown>},
): Promise<EcsAnswer> {
  const startedMs = deps.clock.monotonic()
  for (;;) {
    const answer = await call()
    const found = await deps.search(answer, waiter.expression)
    if (spoken(found) === waiter.to) return answer
    const elapsedMs = deps.clock.monotonic() - startedMs
    if (elapsedMs + waiter.intervalSec * 1000 > waiter.timeoutSec * 1000) {
      throw new AssistError(
        'timeout',
        `${quote(waiter.expression)} was ${quote(spoken(found))} after ${waiter.timeoutSec} s, not ${quote(waiter.to)}`,
      )
    }
    await deps.clock.sleep(waiter.intervalSec * 1000)
  }
}

function spoken(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}
