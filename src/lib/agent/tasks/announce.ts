import type {SendReport} from '../talk/report.ts'
import type {RunRecord} from './stored.ts'
import type {Task} from './task.ts'

export interface StartReport {
  /** It is sent when the script has started, and not otherwise. The first word counts. */
  decide(started: boolean): void
  /** Whether the server knows of the start. */
  taken: Promise<boolean>
}

/** The report of a start, signed on other threads while the marker is written and the script started. `always`: whether asked for or not. */
export function announceStart(
  deps: {send: SendReport; assist: boolean},
  task: Task,
  record: RunRecord,
  {always}: {always: boolean},
): StartReport {
  if (!task.output.sendStart && !always) return {decide: () => {}, taken: Promise.resolve(true)}
  let decide = (_started: boolean): void => {}
  const gate = new Promise<boolean>((resolve) => {
    decide = resolve
  })
  const {taskId, invokeVersion, startMs} = record
  const report = {kind: 'running' as const, taskId, invokeVersion, startMs, offset: deps.assist ? 0 : undefined}
  const taken = deps.send(report, new Uint8Array(), gate).then((outcome) => outcome === 'taken')
  return {decide, taken}
}
