import {quote} from '../../../core/quote.ts'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {INVOCATION} from '../../../protocol/ecs/parameters/invocation.ts'
import type {RepeatMode} from '../../../protocol/repeat.ts'
import {ScheduleError} from '../../../schedule/error.ts'
import {parseSchedule} from '../../../schedule/parse.ts'
import {validateSchedule} from '../../../schedule/validate.ts'

export interface Timing {
  repeatMode: RepeatMode
  frequency: string
}

/**
 * RepeatMode × Frequency. A Frequency forces Period, whatever was sent. `Timed` is a dead parameter except that an old caller who
 * says true and gives no Frequency would otherwise get a single run without noticing.
 */
export function checkTiming(
  input: {RepeatMode: RepeatMode | undefined; Frequency: string | undefined; Timed: boolean | undefined},
  context: {nowMs: number; timeoutSec: number},
): Timing {
  if (input.Frequency !== undefined) {
    checkFrequency(input.Frequency, context)
    return {repeatMode: 'Period', frequency: input.Frequency}
  }
  const repeatMode = input.RepeatMode ?? 'Once'
  if (repeatMode === 'Period' || (input.Timed === true && repeatMode === 'Once')) {
    throw new Fault(
      'MissingParam.Frequency',
      `${repeatMode === 'Period' ? 'RepeatMode=Period' : 'Timed=true'} needs a Frequency such as "0 */10 * * * ?" or "rate(5m)".`,
    )
  }
  return {repeatMode, frequency: ''}
}

function checkFrequency(text: string, context: {nowMs: number; timeoutSec: number}): void {
  const {name, limit} = INVOCATION.frequency
  if (text.length > limit.size) {
    throw new Fault(
      limit.code,
      `${name} may have at most ${limit.size} characters; given: ${text.length}, ${quote(text)}.`,
    )
  }
  try {
    validateSchedule(parseSchedule(text), context)
  } catch (error) {
    if (error instanceof ScheduleError) throw new Fault('InvalidParam.Frequency', error.message)
    throw error
  }
}
