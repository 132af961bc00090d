import type {Fault} from '../../protocol/ecs/faults.ts'
import type {Fields} from '../../protocol/ecs/fields.ts'
import {SERVER_HEADER} from '../../protocol/ecs/follow.ts'
import type {AnswerFormat} from './answer-format.ts'
import {encodeXml} from './xml.ts'

export interface AnswerContext {
  format: AnswerFormat
  requestId: string
  host: string
}

export function encodeAnswer(context: AnswerContext, action: string, fields: Fields): Response {
  return respond(context, 200, `${action}Response`, {RequestId: context.requestId, ...fields})
}

export function encodeFault(context: AnswerContext, fault: Fault): Response {
  const fields = {
    RequestId: context.requestId,
    HostId: context.host,
    Code: fault.code,
    Message: fault.message,
    Recommend: '',
  }
  const response = respond(context, fault.status, 'Error', fields)
  if (fault.code === 'UnsupportedHTTPMethod') response.headers.set('allow', 'GET, POST')
  if (fault.retryAfterMs !== undefined) {
    response.headers.set('retry-after', String(Math.ceil(fault.retryAfterMs / 1000)))
    // The official clients' own header, which counts in milliseconds.
    response.headers.set('x-acs-retry-after', String(fault.retryAfterMs))
  }
  return response
}

function respond(context: AnswerContext, status: number, root: string, fields: Fields): Response {
  const isJson = context.format === 'json'
  return new Response(isJson ? JSON.stringify(fields) : encodeXml(root, fields), {
    status,
    headers: {
      'content-type': `${isJson ? 'application/json' : 'text/xml'};charset=utf-8`,
      'cache-control': 'no-store',
      'x-acs-request-id': context.requestId,
      [SERVER_HEADER]: '1',
    },
  })
}
