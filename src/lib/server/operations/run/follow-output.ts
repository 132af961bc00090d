import type {Fields} from '../../../protocol/ecs/fields.ts'
import {FOLLOW_GRACE_MS, MOST_BYTES_PER_LOOK, NO_FOLLOWER} from '../../../protocol/ecs/follow.ts'
import {HOLD_MAX_MS} from '../../../protocol/ecs/hold.ts'
import {readEnds, readNext} from '../../store/runs/follow.ts'
import {expectNobody, type FollowLook, isAnyoneExpected, isLookNews, noteLook} from '../../store/runs/followers.ts'
import {readFollowable} from '../../store/runs/invocations.ts'
import {whyUnavailable} from '../../store/unavailable.ts'
import type {Call} from '../operation.ts'

interface FollowInput {
  InvokeId: string | undefined
  AssistFollower: string | undefined
  AssistFollow: ReadonlyMap<string, number>
  AssistMostBytes: number | undefined
}

/** A look of somebody who wants all of the output. */
export interface Following {
  look: FollowLook
  mostBytes: number
  /** There is something for them already. */
  hasNews: boolean
}

/** Notes who looks and up to where they have the output. undefined: nobody follows, or there is nothing that can be followed. */
export async function noteFollower(call: Call, input: FollowInput): Promise<Following | undefined> {
  const {InvokeId: invokeId, AssistFollower: followerId, AssistFollow: asked} = input
  const {db, clock} = call.deps
  if (invokeId === undefined || followerId === undefined) return undefined
  if (followerId === NO_FOLLOWER) await expectNone(call, invokeId)
  if (asked.size === 0) return undefined
  const instances = await readFollowable(db.read, call, invokeId)
  const positions = new Map([...asked].filter(([instanceId]) => instances.has(instanceId)))
  if (positions.size === 0) return undefined
  const nowMs = clock.now()
  const untilMs = nowMs + (call.hold?.waitMs ?? 0) + FOLLOW_GRACE_MS
  const look = {invokeId, followerId, positions, nowMs, untilMs}
  await note(call, look)
  const ends = await readEnds(db.read, invokeId, [...positions.keys()])
  const hasNews = [...positions].some(([instanceId, position]) => (ends.get(instanceId) ?? 0) > position)
  return {look, mostBytes: input.AssistMostBytes ?? MOST_BYTES_PER_LOOK, hasNews}
}

async function expectNone(call: Call, invokeId: string): Promise<void> {
  const {db} = call.deps
  if (!(await isAnyoneExpected(db.read, invokeId))) return
  if ((await readFollowable(db.read, call, invokeId)).size > 0) await db.write((tx) => expectNobody(tx, invokeId))
}

/** What is looked at while nothing can be stored must be shown all the same. */
async function note({deps}: Call, look: FollowLook): Promise<void> {
  try {
    if (!(await isLookNews(deps.db.read, look))) return
    if (await deps.db.write((tx) => noteLook(tx, look))) deps.changes.notify(look.invokeId)
  } catch (error) {
    if (!(error instanceof Error) || whyUnavailable(error) === undefined) throw error
  }
}

/** A new invocation is followed from its first byte on: until the first look comes, and for as long as that may be held. */
export function firstLook(
  call: Call,
  followerId: string,
  invokeId: string,
  instanceIds: readonly string[],
  forMs: number,
) {
  const positions = new Map(instanceIds.map((instanceId) => [instanceId, 0]))
  return {invokeId, followerId, positions, nowMs: call.nowMs, untilMs: call.nowMs + forMs}
}

export const FIRST_LOOK_MS = HOLD_MAX_MS + FOLLOW_GRACE_MS

/** The least that each instance gets of one answer, however many have something to tell. */
const LEAST_SHARE_BYTES = 16 * 1024

/** Asked for after the states: then a script that has ended has all of its output here. */
export async function followedOutputs(call: Call, {look, mostBytes}: Following): Promise<Fields> {
  const {invokeId, positions} = look
  const {read} = call.deps.db
  const ends = await readEnds(read, invokeId, [...positions.keys()])
  const isBehind = ([instanceId, position]: [string, number]): boolean => (ends.get(instanceId) ?? 0) > position
  const share = Math.max(LEAST_SHARE_BYTES, Math.floor(mostBytes / Math.max(1, [...positions].filter(isBehind).length)))
  const outputs: Fields[] = []
  for (const [instanceId, position] of positions) {
    const next = isBehind([instanceId, position])
      ? await readNext(read, {invokeId, instanceId}, position, Math.min(share, mostBytes))
      : {offset: position, bytes: new Uint8Array(0), end: position}
    const content = Buffer.from(next.bytes).toString('base64')
    outputs.push({InstanceId: instanceId, Position: next.offset, Content: content, End: next.end})
  }
  return {AssistOutputs: {AssistOutput: outputs}}
}
