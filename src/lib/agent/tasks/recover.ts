import {endTree} from '../process/tree.ts'
import {isSameBoot} from '../state/boot.ts'
import type {ExecuteDeps} from './execute.ts'
import {finishRun} from './finish.ts'
import type {Site} from './sites.ts'
import {type FinalReport, interruptedReport, type RunRecord} from './stored.ts'

/** A run that an earlier agent left: its report is sent again, or what is left of it is ended and nobody claims to know how it went. */
export async function recover(
  deps: ExecuteDeps,
  {journal}: Site,
  {record, final}: {record: RunRecord; final: FinalReport | undefined},
): Promise<void> {
  if (final === undefined && isSameBoot(record.bootId, deps.machine.bootId) && record.folder !== '') {
    deps.log.warn('a run was interrupted', {run: record.key})
    await endTree({leader: undefined, cookie: record.folder}, 0, deps.clock)
  }
  await finishRun(deps, journal, record, final ?? interruptedReport(record, deps.clock.now()))
}
