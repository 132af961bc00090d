import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import type {EcsAnswer, EcsClient} from '../../ecs/client.ts'
import {EcsError} from '../../ecs/error.ts'
import {listedActions} from '../../protocol/ecs/actions.ts'
import {systemClock} from '../../system/clock.ts'
import type {View} from '../../view/form/render.ts'
import {nearest} from '../command/nearest.ts'
import {checkExpression} from '../terminal/check-output.ts'
import type {EcsArguments} from './arguments.ts'
import {checkParameters} from './check-parameters.ts'
import {callAllPages, listAt, pathOfList} from './pager.ts'
import {search} from './search.ts'
import {callUntil, parseWaiter} from './waiter.ts'

/** What would be sent, without signature and keys. */
export interface DryRun {
  action: string
  endpoint: string
  region: string
  parameters: Readonly<Record<string, string>>
}

/** Everything that can be wrong with a call is found before anybody is asked. @throws AssistError (usage) */
export async function checkCall({action, parameters, flags}: EcsArguments): Promise<void> {
  const chosen = [flags.pager && '--pager', flags.waiter && '--waiter', flags.isDryRun && '--dryrun'].filter(Boolean)
  if (chosen.length > 1) throw new AssistError('usage', `${chosen.join(' and ')} cannot be used together`)
  if (!flags.force) checkParameters(action, Object.keys(parameters))
  if (flags.pager) checkRepeated('--pager', action)
  if (flags.waiter) {
    checkRepeated('--waiter', action)
    await checkExpression(parseWaiter(flags.waiter).expression, '--waiter expr=')
  }
  if (flags.query !== undefined) await checkExpression(flags.query, '--query')
  if (flags.table) await checkTable(flags.table)
}

/** What is called again and again must change nothing. */
function checkRepeated(flag: string, action: string): void {
  if (/^(Describe|List|Get|Query)/.test(action)) return
  throw new AssistError('usage', `${flag} calls again and again; ${action} would be carried out each time`, {
    hint: `${flag} goes with actions that only look: Describe…, List…, Get…, Query….`,
  })
}

async function checkTable({cols, rows, num}: Readonly<Record<string, string>>): Promise<void> {
  if (rows !== undefined) await checkExpression(rows, '--output rows=')
  for (const name of columnNames(cols) ?? []) {
    if (!INDEXED.test(name)) await checkExpression(name, '--output cols=')
  }
  if (num !== undefined && !['true', 'false'].includes(num)) {
    throw new AssistError('usage', `--output num= must be true or false; given: ${quote(num)}`)
  }
}

export async function callEcs(ecs: EcsClient, call: EcsArguments): Promise<EcsAnswer> {
  try {
    return await send(ecs, call)
  } catch (error) {
    const isUnknown = error instanceof EcsError && error.ecsCode === 'InvalidAction.NotFound'
    const meant = isUnknown && nearest(call.action, listedActions())
    if (!meant) throw error
    throw new AssistError('refused', error.message, {hint: `Did you mean: assist ecs ${meant}`, cause: error})
  }
}

async function send(ecs: EcsClient, {action, parameters, flags}: EcsArguments): Promise<EcsAnswer> {
  const options = flags.headers && {headers: flags.headers}
  const call = (more: Readonly<Record<string, string>>): Promise<EcsAnswer> => ecs.call(action, more, options)
  if (flags.pager) return callAllPages(call, parameters, flags.pager)
  if (flags.waiter) return callUntil(() => call(parameters), parseWaiter(flags.waiter), {clock: systemClock, search})
  return call(parameters)
}

/** The `cols=A,B rows=path num=true` of the official CLI; without them, the first list and its plain fields. */
export async function ecsView(answer: EcsAnswer, {cols, rows, num}: Readonly<Record<string, string>>): Promise<View> {
  const wanted = columnNames(cols)
  const found = rows === undefined ? firstList(answer, wanted) : await search(answer, rows)
  const items = Array.isArray(found) ? found : [found ?? answer]
  const names = wanted ?? plainFields(items[0])
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

/** The first list of the answer, unless the columns stand beside it: then the answer itself is the one row. */
function firstList(answer: EcsAnswer, wanted: readonly string[] | undefined): unknown {
  const path = pathOfList(answer)
  const list = path && listAt(answer, path)
  const holds = (item: unknown, name: string): boolean => typeof item === 'object' && item !== null && name in item
  const isBeside =
    wanted?.some((name) => holds(answer, name)) && !list?.some((item) => wanted.some((name) => holds(item, name)))
  return isBeside ? answer : list
}

function columnNames(cols: string | undefined): string[] | undefined {
  return cols?.split(',').map((name) => name.trim())
}

const INDEXED = /^([^:]+):(\d+)$/

/** `Name` is a field, `Name:2` the item 2 of a list with the heading Name, anything else JMESPath. */
async function field(item: unknown, name: string): Promise<unknown> {
  const [, , index] = INDEXED.exec(name) ?? []
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
