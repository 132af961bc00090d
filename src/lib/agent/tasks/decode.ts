import {flag, integer, isRecord, type Json, parseJson, strings, text, whole} from '../../core/json.ts'
import {WIRE_REPEATS, type WireRepeat} from '../../protocol/repeat.ts'
import {SCRIPT_TYPES} from '../../protocol/script.ts'
import type {Refusal, Task} from './task.ts'

export interface TaskList {
  code: number
  run: Task[]
  stop: TaskStop[]
  test: Task[]
  /** Items with an id that nobody could run. */
  refused: Refusal[]
  /** Items without a usable id: nobody can be told about them. */
  unreadable: number
  /** Files and sessions. */
  otherItems: number
}

export interface TaskStop {
  id: string
  invokeVersion: number
}

/** Every item is judged on its own, so one bad item costs no other task anything. @throws SyntaxError when it is not a JSON object. */
export function decodeTaskList(body: string): TaskList {
  const value = parseJson(body)
  if (value === undefined) throw new SyntaxError('not JSON')
  if (!isRecord(value)) throw new SyntaxError('not a JSON object')
  const list: TaskList = {
    code: integer(value.code) ?? 200,
    run: [],
    stop: [],
    test: [],
    refused: [],
    unreadable: 0,
    otherItems: items(value.file).length + items(value.session).length,
  }
  const instanceId = text(value.instanceId)
  for (const item of items(value.run)) place(list, list.run, decodeTask(withInstanceId(item, instanceId)))
  for (const item of items(value.test)) place(list, list.test, decodeTask(withInstanceId(item, instanceId)))
  for (const item of items(value.stop)) {
    const task = isRecord(item) && isRecord(item.task) ? item.task : {}
    const id = text(task.taskID)
    if (isTaskId(id)) list.stop.push({id, invokeVersion: integer(task.invokeVersion) ?? 0})
    else list.unreadable++
  }
  return list
}

/** The one built-in value that the official service tells for the whole list. It stays with the item, which may lie on disk for long. */
function withInstanceId(item: unknown, instanceId: string): unknown {
  if (instanceId === '' || !isRecord(item) || !isRecord(item.task)) return item
  const known = isRecord(item.task.builtInParameter) ? item.task.builtInParameter : {}
  return {...item, task: {...item.task, builtInParameter: {InstanceId: instanceId, ...known}}}
}

/** Becomes part of file names. */
export function isTaskId(id: string): boolean {
  return /^[A-Za-z0-9._-]{1,64}$/.test(id) && !id.includes('..') && !id.startsWith('.')
}

/** @returns the task, what to tell the server about it, or undefined when it has no id to speak of. */
export function decodeTask(item: unknown): Task | Refusal | undefined {
  if (!isRecord(item) || !isRecord(item.task)) return undefined
  const {task} = item
  const id = text(task.taskID)
  if (id === '' || id.length > 64) return undefined
  const invokeVersion = integer(task.invokeVersion) ?? 0
  const refuse = (param: string, value: string): Refusal => ({taskId: id, invokeVersion, param, value})
  if (!isTaskId(id)) return refuse('taskID', 'TaskIdInvalid: letters, digits, dots, hyphens and underscores only')

  const type = SCRIPT_TYPES.find((known) => known === task.type)
  if (type === undefined) return refuse('TypeInvalid', `TypeInvalid_${text(task.type).slice(0, 64)}`)
  const script = decodeBase64(task.commandContent)
  if (script === undefined) return refuse('CommandContentInvalid', 'the content is not Base64')
  if (script.length > LONGEST_SCRIPT_BYTES) {
    return refuse('CommandContentInvalid', `${script.length} bytes are more than ${LONGEST_SCRIPT_BYTES}`)
  }
  const timeout = decodeTimeout(task.timeOut)
  if (timeout === 'invalid') return refuse('timeOut', `TimeoutInvalid_${text(task.timeOut).slice(0, 64)}`)
  const expression = text(task.cron)
  const repeat = decodeRepeat(item.repeat, expression)
  if (repeat === undefined) return refuse('repeat', `RepeatInvalid_${text(item.repeat).slice(0, 64)}`)
  return {
    ...{id, invokeVersion, repeat, type, script, timeoutMs: timeout, expression},
    commandId: text(task.commandId),
    workingDirectory: text(task.workingDirectory) || undefined,
    username: text(task.username) || undefined,
    createdMs: whole(task.creationTime) ?? 0,
    launcher: text(task.launcher).trim() || undefined,
    endScope: task.terminationMode === 'Process' ? 'process' : 'tree',
    builtIns: task.enableParameter === true ? builtIns(task, id) : undefined,
    inContainer: text(task.containerId) !== '' || text(task.containerName) !== '',
    output: decodeOutput(item.output),
    source: item,
  }
}

const LONGEST_SCRIPT_BYTES = 1024 * 1024
const DEFAULT_TIMEOUT_MS = 3_600_000
/** Node's timers end here; 24 days are as good as no limit. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1

function place(list: TaskList, into: Task[], decoded: Task | Refusal | undefined): void {
  if (decoded === undefined) list.unreadable++
  else if ('param' in decoded) list.refused.push(decoded)
  else into.push(decoded)
}

function items(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function decodeBase64(value: unknown): Buffer | undefined {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value)) return undefined
  const compact = value.replace(/\s/g, '')
  return compact.length % 4 === 0 ? Buffer.from(compact, 'base64') : undefined
}

/** Seconds, as a string. Official agents take an hour for text they cannot read; a server of ours never sends such. */
function decodeTimeout(value: unknown): number | undefined | 'invalid' {
  if (value === undefined || value === null || value === '') return DEFAULT_TIMEOUT_MS
  const written = typeof value === 'number' ? String(value) : value
  if (typeof written !== 'string' || !/^\d{1,12}$/.test(written)) return 'invalid'
  const sec = Number(written)
  return sec === 0 ? undefined : Math.min(sec * 1000, LONGEST_TIMEOUT_MS)
}

function decodeRepeat(value: unknown, expression: string): WireRepeat | undefined {
  if (value === undefined || value === null || value === '') return expression === '' ? 'Once' : 'Period'
  return WIRE_REPEATS.find((known) => known === value)
}

/** The server's own names win over what we know ourselves. */
function builtIns(task: Json, id: string): ReadonlyMap<string, string> {
  return new Map([['InvokeId', id], ['CommandId', text(task.commandId)], ...strings(task.builtInParameter)])
}

function decodeOutput(value: unknown): Task['output'] {
  const rules = isRecord(value) ? value : {}
  return {
    everyMs: Math.min(Math.max(integer(rules.interval) ?? 1000, 100), 3_600_000),
    quotaBytes: Math.min(Math.max(integer(rules.logQuota) ?? 24_576, 1), 4 * 1024 * 1024),
    skipEmpty: flag(rules.skipEmpty) ?? true,
    sendStart: flag(rules.sendStart) ?? true,
  }
}
