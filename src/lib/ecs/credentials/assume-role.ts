import type {Clock} from '../../core/clock.ts'
import type {AssumeRoleSource, SessionKeys} from '../../core/credential-source.ts'
import {AssistError} from '../../core/errors.ts'
import {errorOf} from '../failure.ts'
import {createRpc} from '../wire/rpc.ts'
import {decodeKeys} from './decode-keys.ts'

// Source: STS 2015-04-01, AssumeRole.

const STS_VERSION = '2015-04-01'
const STS_MS = 10_000
const DEFAULT_LIFE_SEC = 3600

/** Temporary keys of a role. @throws EcsError, AssistError */
export async function assumeRole(
  source: AssumeRoleSource,
  keys: () => Promise<SessionKeys>,
  deps: {clock: Clock; userAgent: string; proxy: string | undefined},
): Promise<SessionKeys> {
  const endpoint = /^https?:\/\//.test(source.stsHost) ? source.stsHost : `https://${source.stsHost}`
  const rpc = createRpc({endpoint, apiVersion: STS_VERSION, userAgent: deps.userAgent, keys, proxy: deps.proxy})
  const reply = await rpc({
    action: 'AssumeRole',
    parameters: {
      RoleArn: source.roleArn,
      RoleSessionName: source.sessionName,
      DurationSeconds: String(source.expiredSeconds ?? DEFAULT_LIFE_SEC),
      ...(source.externalId !== undefined && {ExternalId: source.externalId}),
    },
    headers: {},
    timeoutMs: STS_MS,
  })
  if (reply.kind !== 'answer') {
    throw errorOf(reply, {action: 'AssumeRole', endpoint, clock: deps.clock, timedOut: false, tries: 1})
  }
  const {Credentials: credentials} = reply.body
  if (typeof credentials !== 'object') throw new AssistError('config', 'STS answered without Credentials')
  return decodeKeys(credentials, 'STS')
}
