import type {Fault} from '../../protocol/ecs/faults.ts'
import type {Fields} from '../../protocol/ecs/fields.ts'
import {encodeXml} from './xml.ts'

export type AnswerFormat = 'json' | 'xml'

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
  return response
}

/**
 * Format of the answer, told from the raw text so that a request that cannot be decoded is answered in the caller's language too.
 * V1: the parameter Format, and XML without it; V3 (`x-acs-action`): the accept header, and JSON without it.
 */
export function answerFormat(request: Request, body: string): AnswerFormat {
  if (request.headers.has('x-acs-action') || request.headers.has('authorization')) {
    const accept = request.headers.get('accept') ?? ''
    return /\bxml\b/i.test(accept) && !/\bjson\b/i.test(accept) ? 'xml' : 'json'
  }
  const asksForJson = /(?:^|[?&])Format=JSON(?:&|#|$)/i
  return asksForJson.test(new URL(request.url).search) || asksForJson.test(body) ? 'json' : 'xml'
}

function respond(context: AnswerContext, status: number, root: string, fields: Fields): Response {
  const isJson = context.format === 'json'
  return new Response(isJson ? JSON.stringify(fields) : encodeXml(root, fields), {
    status,
    headers: {
      'content-type': `${isJson ? 'application/json' : 'text/xml'};charset=utf-8`,
      'cache-control': 'no-store',
      'x-acs-request-id': context.requestId,
    },
  })
}
