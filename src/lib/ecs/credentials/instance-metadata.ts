import type {SessionKeys} from '../../core/credential-source.ts'
import {AssistError} from '../../core/errors.ts'
import {parseJson} from '../../core/json.ts'
import {decodeKeys} from './decode-keys.ts'

// Source: ECS instance metadata, http://100.100.100.200/latest; the token of its second version is asked for first.

const BASE = 'http://100.100.100.200/latest'
const ANSWER_MS = 1_000
const TOKEN_LIFE_SEC = 21_600

/** Temporary keys of this instance's role. @throws AssistError (config) */
export async function fetchInstanceKeys(roleName: string | undefined): Promise<SessionKeys> {
  const token = await fetchToken()
  const path = 'meta-data/ram/security-credentials/'
  const role = roleName ?? (await fetchText(path, token)).trim()
  const text = await fetchText(path + encodeURIComponent(role), token)
  const answer = parseJson(text)
  if (answer === undefined) {
    throw new AssistError('config', 'the instance metadata answered with something that is not JSON')
  }
  return decodeKeys(answer, 'the instance metadata')
}

/** The region this instance is in. @throws AssistError (config) */
export async function fetchInstanceRegion(): Promise<string> {
  return (await fetchText('meta-data/region-id', await fetchToken())).trim()
}

async function fetchToken(): Promise<string | undefined> {
  try {
    const response = await fetch(`${BASE}/api/token`, {
      method: 'PUT',
      headers: {'X-aliyun-ecs-metadata-token-ttl-seconds': String(TOKEN_LIFE_SEC)},
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    return response.ok ? await response.text() : undefined
  } catch (error) {
    throw unreachable(error)
  }
}

async function fetchText(path: string, token: string | undefined): Promise<string> {
  let response: Response
  try {
    response = await fetch(`${BASE}/${path}`, {
      headers: token ? {'X-aliyun-ecs-metadata-token': token} : {},
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_MS),
    })
  } catch (error) {
    throw unreachable(error)
  }
  if (response.ok) return response.text()
  throw new AssistError(
    'config',
    `the instance metadata has nothing at ${path.replace(/[^/]*$/, '')} (HTTP ${response.status})`,
    {
      hint: 'Attach a RAM role to this instance, or configure keys: assist configure',
    },
  )
}

function unreachable(cause: unknown): AssistError {
  return new AssistError('config', 'the instance metadata (100.100.100.200) does not answer', {
    hint: 'It is there on ECS instances only. Configure keys: assist configure',
    cause,
  })
}
