import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import type {EcsAnswer, EcsClient} from '../../ecs/client.ts'
import {systemClock} from '../../system/clock.ts'
import type {View} from '../../view/render.ts'
import type {EcsArguments} from './arguments.ts'
import {callAllPages, listAt, pathOfList} from './pager.ts'
import {callUntil, parseWaiter} from './waiter.ts'

/** What would be sent, without signature and keys. */
export interface DryRun {
  action: string
  endpoint: string
  region: string
  parameters: Readonly<Record<string, string>>
}

/** @throws AssistError (usage) when two of them are asked for at once. */
export function checkTogether({flags}: EcsArguments): void {
  const chosen = [flags.pager && '--pager', flags.waiter && '--waiter', flags.isDryRun && '--dryrun'].filter(Boolean)
  if (chosen.length > 1) throw new AssistError('usage', `${chosen.join(' and ')} cannot be used together`)
  if (flags.waiter) parseWaiter(flags.waiter)
}

export async function callEcs(ecs: EcsClient, {action, parameters, flags}: EcsArguments): Promise<EcsAnswer> {
  const call = (more: Readonly<Record<string, string>>): Promise<EcsAnswer> => ecs.call(action, more)
  if (flags.pager) return callAllPages(call, parameters, flags.pager)
  if (flags.waiter) return callUntil(() => call(parameters), parseWaiter(flags.waiter), {clock: systemClock, search})
  return call(parameters)
}

/** The `cols=A,B rows=path num=true` of the official CLI; without them, the first list and its plain fields. */
export async function ecsView(answer: EcsAnswer, {cols, rows, num}: Readonly<Record<string, string>>): Promise<View> {
  const path = pathOfList(answer)
  const found = rows === undefined ? path && listAt(answer, path) : await search(answer, rows)
  const items = Array.isArray(found) ? found : [found ?? answer]
  const names = cols?.split(',').map((name) => name.trim()) ?? plainFields(items[0])
  const cells = await Promise.all(
    items.map((item) => Promise.all(names.map(async (name) => spoken(await field(item, name))))),
  )
  const isNumbered = num === 'true'
  const columns = names.map((name) => ({key: labelOf(name), label: labelOf(name)}))
  return {
    columns: isNumbered ? [{key: 'Num', label: 'Num'}, ...columns] : columns,
    rows: isNumbered ? cells.map((row, index) => [index, ...row]) : cells,
    empty: 'The answer has nothing in it.',
  }
}

/** `Name` is a field, `Name:2` the item 2 of a list with the heading Name, anything else JMESPath. */
async function field(item: unknown, name: string): Promise<unknown> {
  const [, , index] = /^([^:]+):(\d+)$/.exec(name) ?? []
  if (index !== undefined && Array.isArray(item)) return item[Number(index)]
  if (typeof item === 'object' && item !== null && name in item) return (item as Record<string, unknown>)[name]
  return search(item, name)
}

function labelOf(name: string): string {
  return name.split(':')[0] ?? name
}

function plainFields(item: unknown): string[] {
  if (typeof item !== 'object' || item === null) return []
  return Object.entries(item)
    .filter(([, value]) => typeof value !== 'object')
    .map(([key]) => key)
}

function spoken(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

async function search(value: unknown, expression: string): Promise<unknown> {
  const jmespath = await import('@jmespath-community/jmespath')
  try {
    return jmespath.search(value as Parameters<typeof jmespath.search>[0], expression)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new AssistError('usage', `${quote(expression)} is not a JMESPath expression: ${reason}`)
  }
}
