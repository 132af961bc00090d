import {z} from 'zod'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {FOLLOW} from '../../../protocol/ecs/parameters/follow.ts'
import {filter, integer, parseInteger} from '../parts/fields.ts'

const FOLLOWED = z.object({InstanceId: z.string().optional(), Position: z.string().optional()})

/** Who follows, and up to where they have the output of which instance. */
export function followFields() {
  return {
    AssistFollower: filter(FOLLOW.follower),
    AssistFollow: z
      .array(FOLLOWED)
      .optional()
      .transform((given = []): Map<string, number> => {
        const {name, items, code} = FOLLOW.followed
        if (given.length > items) {
          throw new Fault(code, `At most ${items} of ${name} can be given; given: ${given.length}.`)
        }
        return new Map(given.map((one) => [one.InstanceId ?? '', parseInteger(FOLLOW.position, one.Position ?? '')]))
      }),
    AssistMostBytes: integer(FOLLOW.mostBytes),
  }
}
