import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {describeAgentStatus, describeInstances, type Instance} from '../../ecs/api/instances.ts'
import {describeManagedInstances, type ManagedInstance} from '../../ecs/api/managed-instances.ts'
import type {Listed} from '../../ecs/api/page.ts'
import type {EcsClient} from '../../ecs/client.ts'
import {EcsError} from '../../ecs/error.ts'
import {runsOn, type ScriptType} from '../../protocol/script.ts'
import type {Selector} from './parse-targets.ts'

export interface Target {
  instanceId: string
  /** Empty where only the id is known. */
  name: string
}

export interface Targets {
  targets: Target[]
  /** Chosen, but unfit: the service would refuse a whole call because of one of them. */
  unfit: UnfitTarget[]
}

interface UnfitTarget extends Target {
  errorCode: string
  reason: string
}

interface Candidate extends Target {
  /** Windows or not decides which scripts fit; empty where it is not known. */
  osType: string
  isOff: boolean
}

/** More would rather be a mistake than a wish. */
const MOST_TARGETS = 100_000

/**
 * @param type what is to run; undefined where only the service knows
 * @throws AssistError: usage when nothing was chosen, neverRan when nothing matches
 */
export async function resolveTargets(
  ecs: EcsClient,
  selector: Selector,
  more: {localInstanceId: string | undefined; type: ScriptType | undefined},
): Promise<Targets> {
  switch (selector.kind) {
    case 'ids':
      return {targets: await Promise.all(selector.instanceIds.map((text) => byIdOrName(ecs, text))), unfit: []}
    case 'here':
      if (more.localInstanceId !== undefined)
        return {targets: [{instanceId: more.localInstanceId, name: ''}], unfit: []}
      throw new AssistError('usage', 'no target is given', {
        hint: 'Choose instances with -i ID, --tag K=V, --name GLOB, --resource-group ID or --all; or use --profile local for this machine.',
      })
    case 'online':
      return sortOut(await online(ecs), more.type, nothing('no instance is online', 'See: assist describe-status'))
    case 'match': {
      const message = `no instance matches ${describeSelector(selector)}`
      const hint = 'See: assist describe-managed-instances; assist describe-instances'
      return sortOut(await matching(ecs, selector), more.type, nothing(message, hint))
    }
  }
}

/**
 * What looks like an id is one. Ids of old instances look like anything, so another word is a name only where exactly one instance has it.
 * @throws AssistError (usage) when several have it
 */
async function byIdOrName(ecs: EcsClient, text: string): Promise<Target> {
  if (/^(i|mi|eci)-|^AY\d/i.test(text)) return {instanceId: text, name: ''}
  const found = await matching(ecs, {kind: 'match', name: text, tags: undefined, resourceGroupId: undefined})
  const named = [...new Map(found.filter(({name}) => name === text).map((one) => [one.instanceId, one])).values()]
  const [only] = named
  if (named.length > 1) {
    throw new AssistError('usage', `${named.length} instances are named ${quote(text)}`, {
      hint: `Use the ids: ${named.map(({instanceId}) => instanceId).join(', ')}; or all of them: --name ${quote(text)}`,
    })
  }
  return only ? {instanceId: only.instanceId, name: only.name} : {instanceId: text, name: ''}
}

async function online(ecs: EcsClient): Promise<Candidate[]> {
  const [managed, statuses] = await Promise.all([
    orNone(describeManagedInstances(ecs, {connected: true}, MOST_TARGETS)),
    orNone(describeAgentStatus(ecs, {}, MOST_TARGETS)),
  ])
  return [
    ...statuses
      .filter((one) => one.online)
      .map(({instanceId, osType}) => ({instanceId, name: '', osType, isOff: false})),
    ...managed.filter((one) => one.connected).map(fromManaged),
  ]
}

async function matching(ecs: EcsClient, selector: Selector & {kind: 'match'}): Promise<Candidate[]> {
  const {tags, resourceGroupId, name} = selector
  const [managed, instances] = await Promise.all([
    orNone(describeManagedInstances(ecs, {tags, resourceGroupId}, MOST_TARGETS)),
    orNone(describeInstances(ecs, {tags, resourceGroupId, name: apiName(name)}, MOST_TARGETS)),
  ])
  const candidates = [...instances.map(fromInstance), ...managed.map(fromManaged)]
  return candidates.filter((one) => name === undefined || matchesGlob(one.name, name))
}

/** A managed instance that is offline is asked anyway: it may be back in time. */
function fromManaged({instanceId, name, osType}: ManagedInstance): Candidate {
  return {instanceId, name, osType, isOff: false}
}

function fromInstance({instanceId, name, osType, status}: Instance): Candidate {
  return {instanceId, name, osType, isOff: status !== '' && status !== 'Running'}
}

/** Each once, sorted, so that the same choice is split into the same calls each time. Of two tellings the later one counts. */
function sortOut(candidates: readonly Candidate[], type: ScriptType | undefined, none: AssistError): Targets {
  const byId = new Map(candidates.map((one) => [one.instanceId, one]))
  if (byId.size === 0) throw none
  const sorted = [...byId.values()].sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1))
  const unfit = sorted.flatMap((one) => unfitness(one, type))
  const unfitIds = new Set(unfit.map(({instanceId}) => instanceId))
  const targets = sorted.filter(({instanceId}) => !unfitIds.has(instanceId))
  if (targets.length === 0) {
    const [first] = unfit
    throw nothing(`none of the ${unfit.length} chosen instances can run it`, `${first?.instanceId}: ${first?.reason}`)
  }
  return {targets: targets.map(({instanceId, name}) => ({instanceId, name})), unfit}
}

function unfitness({instanceId, name, osType, isOff}: Candidate, type: ScriptType | undefined): UnfitTarget[] {
  if (isOff) return [{instanceId, name, errorCode: 'InstanceNotRunning', reason: 'the instance is not running'}]
  const fits = type === undefined || runsOn(type, osType)
  return fits
    ? []
    : [{instanceId, name, errorCode: 'CommandNotApplicable', reason: `${type} does not run on ${osType}`}]
}

function describeSelector({name, tags, resourceGroupId}: Selector & {kind: 'match'}): string {
  return [
    ...(name === undefined ? [] : [`--name ${quote(name)}`]),
    ...Object.entries(tags ?? {}).map(([key, value]) => `--tag ${quote(`${key}=${value}`)}`),
    ...(resourceGroupId === undefined ? [] : [`--resource-group ${quote(resourceGroupId)}`]),
  ].join(' ')
}

/** A control plane may know only one kind of instance, or serve managed ones in some regions only: the other kind then has none. */
async function orNone<Item>(listed: Promise<Listed<Item>>): Promise<Item[]> {
  try {
    return (await listed).items
  } catch (error) {
    const isUnserved =
      error instanceof EcsError &&
      /^(InvalidAction\.|RegionId\.ApiNotSupported|UnsupportedOperation)/.test(error.ecsCode)
    if (isUnserved) return []
    throw error
  }
}

/** The API knows `*` only; what it cannot say is left to `matchesGlob`. */
function apiName(glob: string | undefined): string | undefined {
  return glob === undefined || glob.includes('?') ? undefined : glob
}

/** `*` any characters, `?` one; the whole name must match. */
export function matchesGlob(name: string, glob: string): boolean {
  const pattern = glob
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${pattern}$`, 'su').test(name)
}

function nothing(message: string, hint: string): AssistError {
  return new AssistError('neverRan', message, {hint})
}
