import {AssistError} from '../../core/errors.ts'
import {checkInstanceId} from './parse-targets.ts'

/** `--instance` as a filter of a list that takes so many at once. */
export function parseInstanceFilter(texts: readonly string[] | undefined, most: number): string[] | undefined {
  const ids = texts?.flatMap((text) => text.split(',')).map((id) => checkInstanceId(id, '--instance'))
  if (ids && ids.length > most) {
    throw new AssistError('usage', `--instance can name at most ${most} instances; given: ${ids.length}`)
  }
  return ids
}
