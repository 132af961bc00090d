import {FOLLOWER_ID, MOST_BYTES_PER_LOOK} from '../follow.ts'
import type {ParameterTable} from './rules.ts'
import {TARGETS} from './targets.ts'

/** Our own: see protocol/ecs/follow.ts. */
export const FOLLOW = {
  follower: {
    name: 'AssistFollower',
    pattern: {is: FOLLOWER_ID, code: 'InvalidParameter.AssistFollower', say: '1 to 64 of a-z, 0-9 and -'},
  },
  followed: {name: 'AssistFollow', items: TARGETS.run.items, code: 'InvalidParameter.AssistFollow'},
  position: {name: 'AssistFollow.Position', min: 0, max: 10 ** 15 - 1, code: 'InvalidParameter.AssistFollow'},
  mostBytes: {name: 'AssistMostBytes', min: 1, max: MOST_BYTES_PER_LOOK, code: 'InvalidParameter.AssistMostBytes'},
} as const satisfies ParameterTable
