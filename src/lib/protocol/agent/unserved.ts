import {isRecord, parseRecord, records, text} from '../../core/json.ts'
import {AGENT_PATHS} from './paths.ts'

/** A file to be written or a session to be opened. Source: agent-protocol, 4.3 and 4.4. */
export type UnservedItem = {kind: 'file'; taskId: string} | {kind: 'session'; channelId: string}

/** What of a task list's body is one. Lists without such items, which is nearly all, are not read a second time. */
export function decodeUnserved(body: string): UnservedItem[] {
  if (!/"(file|session)"\s*:\s*\[\s*\{/i.test(body)) return []
  const list = parseRecord(body)
  const files = records(list?.file).map(({task}) => (isRecord(task) ? text(task.taskID) : ''))
  const sessions = records(list?.session).map(({channelId}) => text(channelId))
  return [
    ...files.filter(isShort).map((taskId) => ({kind: 'file' as const, taskId})),
    ...sessions.filter(isShort).map((channelId) => ({kind: 'session' as const, channelId})),
  ]
}

/** What tells a server that the item will not be served, in codes that it knows. Source: agent-protocol, 3.4, 3.5, 4.3 and 8.6. */
export function encodeRefusal(item: UnservedItem): {path: string; query: URLSearchParams} {
  if (item.kind === 'session') {
    const query = new URLSearchParams({channelId: item.channelId, status: 'Failed', errorcode: 'Init_channel_failed'})
    return {path: AGENT_PATHS.sessionStatus, query}
  }
  // The file could not be created.
  const query = new URLSearchParams({taskId: item.taskId, status: 'Failed', taskType: 'sendfile', errorcode: '1'})
  return {path: AGENT_PATHS.finish, query}
}

function isShort(id: string): boolean {
  return id !== '' && id.length <= 64
}
