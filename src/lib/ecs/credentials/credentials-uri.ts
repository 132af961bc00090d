import type {SessionKeys} from '../../core/credential-source.ts'
import {AssistError} from '../../core/errors.ts'
import {isRecord, parseJson} from '../../core/json.ts'
import {networkReply} from '../wire/network-reply.ts'
import {NoAnswer} from '../wire/no-answer.ts'
import {decodeKeys} from './decode-keys.ts'

const ANSWER_MS = 5_000
const MOST_CHARACTERS = 64 * 1024

/** Temporary keys from an address of the user's choice; it is not shown, because it may carry a token. @throws AssistError (config) */
export async function fetchUriKeys(uri: string): Promise<SessionKeys> {
  const where = 'the credentials URI'
  const {status, text} = await get(uri).catch((error: unknown) => {
    throw noKeys(where, whyNoAnswer(error))
  })
  if (status !== 200) throw new AssistError('config', `${where} answered with HTTP ${status}`)
  const body = parseJson(text)
  if (body === undefined) throw noKeys(where, 'gave no JSON answer')
  if (!isRecord(body) || body.Code !== 'Success') {
    throw new AssistError('config', `${where} answered with a Code that is not Success`)
  }
  return decodeKeys(body, where)
}

function noKeys(where: string, why: string): AssistError {
  return new AssistError('config', `${where} ${why}`, {
    hint: 'It is named by the profile, or by ALIBABA_CLOUD_CREDENTIALS_URI.',
  })
}

/** Without the address, as above. */
function whyNoAnswer(error: unknown): string {
  const {code, name} = error as {code?: unknown; name?: unknown}
  if (code === 'ERR_INVALID_URL' || code === 'ERR_INVALID_PROTOCOL') return 'is no address of http or https'
  if (name === 'AbortError' || name === 'TimeoutError') return `gave no answer within ${ANSWER_MS / 1000} s`
  return `cannot be reached: ${networkReply(new NoAnswer(error, true)).reason}`
}

/** Follows no redirect. Node's fetch cannot be told to check certificates where NODE_TLS_REJECT_UNAUTHORIZED says not to. */
async function get(uri: string): Promise<{status: number; text: string}> {
  const url = new URL(uri)
  const http = url.protocol === 'https:' ? await import('node:https') : await import('node:http')
  return new Promise((resolve, reject) => {
    const options = {signal: AbortSignal.timeout(ANSWER_MS), rejectUnauthorized: true}
    http
      .get(url, options, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => {
          text += part
          if (text.length > MOST_CHARACTERS) response.destroy(new Error('too long'))
        })
        response.on('error', reject)
        response.on('end', () => resolve({status: response.statusCode ?? 0, text}))
      })
      .on('error', reject)
  })
}
