import type {Clock} from '../../core/clock.ts'
import type {Logger} from '../../core/log.ts'
import {whyNot} from '../../core/system-reason.ts'
import type {KillPoint} from '../kill-point.ts'
import type {Outbox} from '../talk/outbox.ts'
import type {SendReport} from '../talk/report.ts'
import type {Journal} from './journal.ts'
import {type FinalReport, interruptedReport, type RunRecord} from './stored.ts'

export interface FinishDeps {
  outbox: Pick<Outbox, 'post'>
  killPoint: KillPoint
  log: Logger
  clock: Clock
}

/** Final report on disk, then to the server, then the marker becomes a tombstone. Resolves after the first try to send it. */
export async function finishRun(
  deps: FinishDeps,
  journal: Journal,
  record: RunRecord,
  final: FinalReport,
): Promise<void> {
  let unsaved: FinalReport | undefined = final
  await deps.outbox.post({
    taskId: record.taskId,
    keep: () => {
      try {
        if (unsaved !== undefined) journal.end(record, unsaved)
        unsaved = undefined
      } catch (error) {
        deps.log.error('a final report could not be written', {run: record.key, reason: String(error)})
      }
      deps.killPoint('after-final-written')
    },
    load: () => {
      const letter = unsaved ?? storedFinal(deps, journal, record)
      return letter && {report: letter.report, body: Buffer.from(letter.body, 'base64')}
    },
    done: async (outcome) => {
      deps.killPoint('after-final-sent')
      if (outcome !== 'taken') deps.log.warn('the server does not want a final report', {run: record.key, outcome})
      await journal.acknowledge(record)
    },
  })
}

/** A report about no run; a lost one comes about again with the next fetch. */
export async function post(deps: Pick<FinishDeps, 'outbox'>, report: Parameters<SendReport>[0]): Promise<void> {
  const content = {report, body: new Uint8Array()}
  await deps.outbox.post({taskId: report.taskId, load: () => content, done: async () => {}})
}

export function stoppedUnstarted({id, invokeVersion}: {id: string; invokeVersion: number}) {
  const zeros = {startMs: 0, endMs: 0, exitCode: 0, dropped: 0, offset: undefined}
  return {kind: 'stopped' as const, taskId: id, invokeVersion, ...zeros, result: 'killed' as const}
}

/** A report that was damaged while it waited says nothing any more of how the script ended. */
function storedFinal(
  deps: Pick<FinishDeps, 'log' | 'clock'>,
  journal: Journal,
  record: RunRecord,
): FinalReport | undefined {
  try {
    return journal.finalOf(record)
  } catch (error) {
    deps.log.error('a final report cannot be read any more', {run: record.key, reason: whyNot(error)})
    return interruptedReport(record, deps.clock.now())
  }
}
