import {describeInvocations, type Invocation} from '../../ecs/api/invocations.ts'
import type {EcsClient} from '../../ecs/client.ts'
import {TIMED_MODES} from '../../protocol/repeat.ts'
import {checkSchedule, type ScheduleDeps} from './check-schedule.ts'

/** What would go on if nobody stopped it. */
export interface OpenWork {
  /** Scripts that run or wait for their agent. */
  runs: Array<{invokeId: string; commandName: string; status: string; creationTime: string}>
  /** `nextRun`: UTC ISO 8601; '' where it is not known, as with reboots. */
  schedules: Array<{invokeId: string; commandName: string; frequency: string; nextRun: string}>
}

const MOST = 1000

/** The scripts that run and the schedules that are active, of everything that this account has. */
export async function describeOpenWork(deps: {ecs: EcsClient} & ScheduleDeps): Promise<OpenWork> {
  const open = await Promise.all(
    ['Running', 'Pending', 'Stopping', 'Scheduled'].map((status) => describeInvocations(deps.ecs, {status}, MOST)),
  )
  const invocations = [...new Map(open.flatMap(({items}) => items).map((one) => [one.invokeId, one])).values()]
  const schedules = await Promise.all(
    invocations.filter(isTimed).map(async ({invokeId, commandName, frequency, repeatMode}) => ({
      invokeId,
      commandName,
      frequency: frequency || repeatMode,
      nextRun: frequency === '' ? '' : await nextRun(deps, frequency),
    })),
  )
  const runs = invocations
    .filter((one) => !isTimed(one))
    .map(({invokeId, commandName, status, creationTime}) => ({invokeId, commandName, status, creationTime}))
  return {runs, schedules}
}

function isTimed({repeatMode, frequency}: Invocation): boolean {
  return frequency !== '' || TIMED_MODES.some((mode) => mode === repeatMode)
}

async function nextRun(deps: ScheduleDeps, frequency: string): Promise<string> {
  try {
    const {nextRuns} = await checkSchedule(deps, frequency, 1, 1)
    return nextRuns[0] ?? ''
  } catch {
    return '' // It was accepted once; that it has no next run is no error here.
  }
}
