import {AssistError} from '../../core/errors.ts'
import {createActivation} from '../../ecs/api/activations.ts'
import type {EcsClient} from '../../ecs/client.ts'
import {ACTIVATION} from '../../protocol/ecs/parameters/activation.ts'
import {checkClientToken, checkLength, checkPattern, parseCount} from '../fields/check-fields.ts'
import {parseTags} from '../fields/pairs.ts'
import {quoteShell} from '../script/join-words.ts'

export interface ActivationFlags {
  description?: string | undefined
  name?: string | undefined
  count?: string | undefined
  ttl?: string | undefined
  'ip-range'?: string | undefined
  'resource-group'?: string | undefined
  tag?: readonly string[] | undefined
  'client-token'?: string | undefined
}

type NewActivation = Parameters<typeof createActivation>[1]

/** @throws AssistError (usage) */
export function parseActivation(flags: ActivationFlags): NewActivation {
  const instanceName = checkPattern(flags.name, '--name', ACTIVATION.instanceName)
  if (flags.description === '') throw new AssistError('usage', '--description must not be empty')
  return {
    description: checkLength(flags.description, '--description', ACTIVATION.description),
    instanceName,
    instanceCount: parseCount(flags.count, '--count', ACTIVATION.instanceCount),
    timeToLiveHours: parseHours(flags.ttl),
    ipAddressRange: flags['ip-range'],
    resourceGroupId: flags['resource-group'],
    tags: parseTags(flags.tag),
    clientToken: checkClientToken(flags['client-token']),
  }
}

/** `4`, or `4h` as times are written elsewhere. */
function parseHours(text: string | undefined): number | undefined {
  return parseCount(text?.replace(/h$/, ''), '--ttl', ACTIVATION.timeToLiveHours)
}

export interface CreatedActivation {
  activationId: string
  /** Shown this once. */
  activationCode: string
  /** What to type on the machine that is to join; the code comes from the environment, out of sight of `ps`. */
  registerCommand: string
  /** The same for the official agent; empty where it cannot come, because it speaks https only. */
  officialCommand: string
}

export async function activate(
  deps: {ecs: EcsClient; region: string; caFile?: string | undefined},
  activation: NewActivation,
): Promise<CreatedActivation> {
  const {activationId, activationCode} = await createActivation(deps.ecs, activation)
  const [code, id, region] = [activationCode, activationId, deps.region].map(quoteShell)
  return {
    activationId,
    activationCode,
    registerCommand: `ASSIST_ACTIVATION_CODE=${code} assist agent register${serverFlag(deps.ecs.endpoint)}${deps.caFile === undefined ? '' : ` --ca-file ${quoteShell(deps.caFile)}`} --region ${region} --activation-id ${id}`,
    officialCommand: officialCommand(deps, `--RegionId=${region} --ActivationId=${id} --ActivationCode=${code}`),
  }
}

/** Told no host, the official agent would carry the code to the cloud. It finds its server by the environment, and trusts what that names. */
function officialCommand({ecs, caFile}: {ecs: EcsClient; caFile?: string | undefined}, rest: string): string {
  const register = `aliyun-service --register ${rest}`
  if (isCloud(ecs.endpoint)) return register
  if (/^http:/.test(ecs.endpoint)) return ''
  const host = quoteShell(ecs.endpoint.replace(/^https:\/\//, '').replace(/\/$/, ''))
  const authority = caFile === undefined ? '' : `SSL_CERT_FILE=${quoteShell(caFile)} `
  return `ALIYUN_ASSIST_SERVER_HOST=${host} ${authority}${register}`
}

function isCloud(endpoint: string): boolean {
  return /(^|[./])aliyuncs\.com(:\d+)?\/?$/.test(endpoint)
}

/** The cloud's agents find their server by the region. */
function serverFlag(endpoint: string): string {
  if (isCloud(endpoint)) return ''
  return ` --server ${quoteShell(/^https?:/.test(endpoint) ? endpoint.replace(/\/$/, '') : `https://${endpoint}`)}`
}
