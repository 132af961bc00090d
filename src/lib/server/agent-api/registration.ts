import {createPublicKey} from 'node:crypto'
import {z} from 'zod'
import {parseJson} from '../../core/json.ts'
import {holdsControls} from '../../core/quote.ts'
import {TAGS, tagKeyProblem, tagValueProblem} from '../../protocol/ecs/parameters/tags.ts'
import type {Registration} from '../store/fleet/register.ts'
import {AgentRefusal} from './answer.ts'

const LEAST_KEY_BITS = 2048
/** Checking a signature by a larger one would take the server too long. */
const MOST_KEY_BITS = 8192

/** What a machine calls itself is shown to people; a line break at its end is only how it was read. */
const text = (most: number) =>
  z
    .string()
    .max(most)
    .transform((value) => value.trim())
    .refine((value) => !holdsControls(value))
    .default('')

const SHAPE = z.object({
  activationId: z.string().min(1).max(64),
  activationCode: z.string().min(1).max(128),
  machineId: z
    .string()
    .min(1)
    .max(128)
    .refine((id) => !holdsControls(id)),
  instanceName: text(128),
  hostname: text(255),
  intranetIp: text(64),
  osVersion: text(256),
  osType: text(32),
  agentVersion: text(64),
  publicKey: z.string().min(1).max(8192),
  tag: z
    .array(
      z.object({
        key: z
          .string()
          .min(1)
          .refine((key) => tagKeyProblem(key) === undefined),
        value: z.string().refine((value) => tagValueProblem(value) === undefined),
      }),
    )
    .max(TAGS.tag.items)
    .nullish(),
  assistSignature: z.boolean().optional(),
})

/** @throws AgentRefusal 400 that names the field. */
export function decodeRegistration(body: Uint8Array): Registration {
  const json = parseJson(body)
  if (json === undefined) throw new AgentRefusal(400, 'The body must be JSON.')
  const parsed = SHAPE.safeParse(json)
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') || 'body'
    throw new AgentRefusal(400, `${field} is missing or not valid.`)
  }
  const {tag, assistSignature, publicKey, ...rest} = parsed.data
  const tags = tag ?? []
  if (new Set(tags.map(({key}) => key)).size < tags.length) throw new AgentRefusal(400, 'tag has a key twice.')
  return {...rest, publicKey: readPublicKey(publicKey), tags, strong: assistSignature === true}
}

/** Rewritten from what was understood, so that what is stored is a key and nothing else. */
function readPublicKey(encoded: string): string {
  const key = parseKey(Buffer.from(encoded, 'base64').toString('utf8'))
  const bits = key?.asymmetricKeyDetails?.modulusLength ?? 0
  if (key?.asymmetricKeyType !== 'rsa' || bits < LEAST_KEY_BITS || bits > MOST_KEY_BITS) {
    throw new AgentRefusal(
      400,
      `publicKey must be the Base64 of an RSA public key (PEM) of at least ${LEAST_KEY_BITS} bits.`,
    )
  }
  return key.export({type: 'spki', format: 'pem'}).toString()
}

function parseKey(pem: string) {
  // createPublicKey would take the public half of a private key, which has no business here.
  if (!pem.trimStart().startsWith('-----BEGIN PUBLIC KEY-----')) return undefined
  try {
    return createPublicKey(pem)
  } catch {
    return undefined
  }
}
