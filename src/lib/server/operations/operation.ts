import type {z} from 'zod'
import {Fault} from '../../protocol/ecs/faults.ts'
import type {Fields} from '../../protocol/ecs/fields.ts'
import type {ParameterTree} from '../../protocol/ecs/parameters/tree.ts'
import {isRegionId} from '../../protocol/ecs/region.ts'
import {canonicalQuery, SIGNING_PARAMETERS, sha256Hex} from '../../protocol/ecs/signature.ts'
import type {ServerDeps} from '../deps.ts'

/** One authenticated call. */
export interface Call {
  readonly deps: ServerDeps
  readonly action: string
  readonly requestId: string
  readonly accountId: string
  readonly accessKeyId: string
  /** Address the request came from, for the audit. */
  readonly source: string
  /** As the caller's program names itself. */
  readonly userAgent: string
  /** Host name the caller used. */
  readonly host: string
  /** Empty for the operations that have none. */
  readonly regionId: string
  readonly nowMs: number
  readonly parameters: ReadonlyMap<string, string>
  readonly tree: ParameterTree
  /** How long, and since which version, the answer may be held back; see protocol/ecs/hold.ts. */
  readonly hold: {waitMs: number; since: string | undefined} | undefined
  /** Aborts when the caller has gone. */
  readonly signal: AbortSignal
}

export type Operation = (call: Call) => Promise<Fields>

/** Joins a schema and a handler; every operation but DescribeRegions belongs to a region, which is checked first. */
export function operation<S extends z.ZodType>(
  schema: S,
  handle: (call: Call, input: z.output<S>) => Promise<Fields>,
  options: {region: 'required' | 'none'} = {region: 'required'},
): Operation {
  return async (call) => {
    const regionId = options.region === 'required' ? regionOf(call) : ''
    const parsed = schema.safeParse(call.tree)
    if (!parsed.success) throw wrongShape(parsed.error)
    return handle({...call, regionId}, parsed.data)
  }
}

function regionOf({tree, deps}: Call): string {
  const regionId = tree.RegionId
  if (regionId === undefined || regionId === '') throw new Fault('MissingParameter.RegionId')
  if (typeof regionId !== 'string' || !isRegionId(regionId)) throw new Fault('InvalidRegionId.NotFound')
  if (deps.regions.length > 0 && !deps.regions.includes(regionId)) {
    throw new Fault('InvalidRegionId.NotFound', `This server answers for ${deps.regions.join(', ')}.`)
  }
  return regionId
}

/** Fields refuse bad values themselves; what is left is a list where a text is due, or the reverse. */
function wrongShape(error: z.ZodError): Fault {
  const name = String(error.issues[0]?.path[0] ?? '')
  return new Fault(`InvalidParameter.${name}`, `The parameter ${name} must be ${expected(error)}.`)
}

function expected(error: z.ZodError): string {
  const issue = error.issues[0]
  if (issue?.code !== 'invalid_type') return 'of another type'
  return issue.expected === 'array' ? 'numbered (.1, .2, …)' : 'a single value'
}

const NOT_ASKED_FOR: readonly string[] = [...SIGNING_PARAMETERS, 'Version']

/** SHA-256 of what a call asks for: the same for each try of it, by either signature. Our own additions only say how it is looked at. */
export function requestHash(call: Call, leaveOut: readonly string[] = []): string {
  const isAsked = (name: string): boolean => !NOT_ASKED_FOR.includes(name) && !name.startsWith('Assist')
  const pairs = [...call.parameters].filter(([name]) => isAsked(name) && !leaveOut.includes(name))
  return sha256Hex(`${call.action}\n${canonicalQuery(pairs)}`)
}
