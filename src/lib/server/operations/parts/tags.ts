import {z} from 'zod'
import {quote} from '../../../core/quote.ts'
import {Fault} from '../../../protocol/ecs/faults.ts'
import type {Fields} from '../../../protocol/ecs/fields.ts'
import type {TagParameter} from '../../../protocol/ecs/parameters/rules.ts'
import {tagKeyProblem, tagValueProblem} from '../../../protocol/ecs/parameters/tags.ts'
import type {Tag, TagFilter} from '../../store/tags.ts'

const PAIR = z.object({Key: z.string().optional(), Value: z.string().optional()})

/** A missing value is told apart from an empty one. */
export function tagFields(parameter: TagParameter) {
  const {name, items, codes} = parameter
  return z
    .array(PAIR)
    .optional()
    .transform((pairs = []): TagFilter[] => {
      if (pairs.length > items) {
        throw new Fault(codes.tooMany, `At most ${items} of ${name} can be given; given: ${pairs.length}.`)
      }
      const tags = pairs.map((pair) => ({key: checkKey(parameter, pair.Key), value: checkValue(parameter, pair.Value)}))
      const twice = tags.find(({key}, index) => tags.findIndex((other) => other.key === key) < index)
      if (twice) throw new Fault(codes.twice, `The key ${quote(twice.key)} occurs twice in ${name}.`)
      return tags
    })
}

/** Tags to store: without a value, an empty one. */
export function toTags(filters: readonly TagFilter[]): Tag[] {
  return filters.map(({key, value}) => ({key, value: value ?? ''}))
}

/** As most lists of ECS have them: wrapped. */
export function tagsView(tags: readonly Tag[] | undefined): {Tag: Fields[]} {
  return {Tag: bareTagsView(tags)}
}

export function bareTagsView(tags: readonly Tag[] | undefined): Fields[] {
  return (tags ?? []).map(({key, value}) => ({TagKey: key, TagValue: value}))
}

function checkKey({name, codes}: TagParameter, key: string | undefined): string {
  if (!key) throw new Fault(codes.noKey, `An entry of ${name} has no key.`)
  const problem = tagKeyProblem(key)
  if (problem === undefined) return key
  throw new Fault(codes.key, `A key of ${name} must ${problem}; given: ${quote(key)}.`)
}

function checkValue({name, codes}: TagParameter, value: string | undefined): string | undefined {
  const problem = value === undefined ? undefined : tagValueProblem(value)
  if (problem === undefined) return value
  throw new Fault(codes.value, `A value of ${name} must ${problem}; given: ${quote(value ?? '')}.`)
}
