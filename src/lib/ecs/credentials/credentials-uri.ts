import type {SessionKeys} from '../../core/credential-source.ts'
import {AssistError} from '../../core/errors.ts'
import {decodeKeys} from './decode-keys.ts'

const ANSWER_MS = 5_000

/** Temporary keys from an address of the user's choice; it is not shown, because it may carry a token. @throws AssistError (config) */
export async function fetchUriKeys(uri: string): Promise<SessionKeys> {
  const where = 'the credentials URI'
  let body: unknown
  try {
    const response = await fetch(uri, {redirect: 'error', signal: AbortSignal.timeout(ANSWER_MS)})
    if (response.status !== 200) throw new AssistError('config', `${where} answered with HTTP ${response.status}`)
    body = await response.json()
  } catch (error) {
    if (error instanceof AssistError) throw error
    throw new AssistError('config', `${where} gave no JSON answer within ${ANSWER_MS / 1000} s`)
  }
  const {Code: code} = (body ?? {}) as {Code?: unknown}
  if (code !== 'Success') throw new AssistError('config', `${where} answered with a Code that is not Success`)
  return decodeKeys(body, where)
}
