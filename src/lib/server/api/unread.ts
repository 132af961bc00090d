import {randomUuid} from '../../core/random-text.ts'
import {Fault} from '../../protocol/ecs/faults.ts'
import type {ServerDeps} from '../deps.ts'
import type {Unread} from '../http/unread.ts'
import {encodeFault} from './response.ts'

/**
 * Answers what the HTTP parser gave up on. A head that is far too long is mostly a caller of the API with a script in its URL, who
 * gets a refusal like any other; in JSON, which most callers read, unless the last piece asks for XML.
 */
export function refuseUnread(deps: Pick<ServerDeps, 'randomBytes'>, {status, message, piece}: Unread): Response {
  if (status !== 431 || /^\w+ \/luban\//.test(piece)) return Response.json({code: status, message}, {status})
  const context = {
    format: /[?&]Format=XML\b/i.test(piece) ? ('xml' as const) : ('json' as const),
    requestId: randomUuid(deps.randomBytes).toUpperCase(),
    host: /^host:(.*)$/im.exec(piece)?.[1]?.trim() ?? '',
  }
  return encodeFault(context, new Fault('RequestTooLarge', message))
}
