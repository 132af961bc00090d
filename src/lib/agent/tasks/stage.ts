import {chmodSync, chownSync, closeSync, openSync, writeFileSync} from 'node:fs'
import {basename, join} from 'node:path'
import type {Clock} from '../../core/clock.ts'
import type {Logger} from '../../core/log.ts'
import {whyNot} from '../../core/system-reason.ts'
import type {KillPoint} from '../kill-point.ts'
import type {Account, Machine} from '../machine.ts'
import {canReach} from '../process/user.ts'
import type {DiskWatch} from '../state/disk-watch.ts'
import {NAMES} from '../state/names.ts'
import {isDiskRefusal} from '../state/refusal.ts'
import type {SendReport} from '../talk/report.ts'
import {announceStart, type StartReport} from './announce.ts'
import type {Prepared} from './prepare.ts'
import type {Run} from './run.ts'
import type {Site, Sites} from './sites.ts'
import type {RunRecord} from './stored.ts'

export interface StageDeps {
  sites: Pick<Sites, 'disk' | 'spare'>
  machine: Machine
  send: SendReport
  clock: Clock
  log: Logger
  killPoint: KillPoint
  /** The server knows offsets. */
  assist: boolean
  disk: Pick<DiskWatch, 'refused' | 'took'>
}

/** Everything that a script needs to start: it is written down and lies ready. */
export interface Stage {
  site: Site
  record: RunRecord
  folder: string
  /** Path of the script; undefined: there is nothing to start. */
  script: string | undefined
  /** Why the script could not be put there. */
  problem: string | undefined
  start: StartReport
}

type Startable = Exclude<Prepared, {kind: 'invalid'}>

/**
 * Writes a run down, on the disk or, when that takes nothing new, in memory. A round of a schedule only on the disk: a power cut would
 * have the same round run again. Rejects with the reason when neither can be; undefined: this run was started before.
 */
export async function setStage(deps: StageDeps, run: Run, prepared: Startable): Promise<Stage | undefined> {
  try {
    const stage = await stageAt(deps, deps.sites.disk, run, prepared)
    deps.disk.took()
    return stage
  } catch (error) {
    if (!isDiskRefusal(error)) throw error
    deps.disk.refused(error)
    const spare = run.isRound ? undefined : deps.sites.spare()
    if (spare === undefined) throw error
    return stageAt(deps, spare, run, prepared)
  }
}

/** Nothing will run there; a supervisor that waits there would keep us from ever ending. */
export function discard(deps: Pick<StageDeps, 'log'>, {site, folder}: Pick<Stage, 'site' | 'folder'>): void {
  try {
    site.folders.discard(folder)
  } catch (error) {
    deps.log.warn('the folder of a run could not be removed', {folder, reason: whyNot(error)})
  }
}

/** Somebody else has to get to the script: our folders can then be passed through, though not listed or written. */
export async function openWay({site, folder, script}: Stage, account: Account): Promise<void> {
  for (const path of [site.folder, join(site.folder, NAMES.runs), folder]) chmodSync(path, 0o711)
  if (script === undefined || (await canReach(account, script, 'file'))) return
  throw new Error(`user ${account.name} cannot reach the script in ${folder}: a folder above may not be passed through`)
}

/** The marker comes last: what stands without one was never started. */
async function stageAt(deps: StageDeps, site: Site, run: Run, prepared: Startable): Promise<Stage | undefined> {
  const {task, key} = run
  const folder = await site.folders.take()
  const {id: taskId, invokeVersion} = task
  const {bootId} = deps.machine
  const record = {key, taskId, invokeVersion, startMs: deps.clock.now(), bootId, folder: basename(folder)}
  deps.killPoint('before-marker')
  const start = announceStart(deps, task, record, {always: site.isSpare})
  try {
    const put = prepared.kind === 'ready' ? putScript(folder, prepared) : {script: undefined, problem: undefined}
    if (site.journal.begin(record)) return {site, record, folder, ...put, start}
  } catch (error) {
    start.decide(false)
    discard(deps, {site, folder})
    throw error
  }
  start.decide(false)
  discard(deps, {site, folder})
  return undefined
}

/** @throws a system error when the disk takes nothing new. */
function putScript(folder: string, {program, account}: Extract<Prepared, {kind: 'ready'}>) {
  const script = join(folder, `script${program.extension}`)
  try {
    writeScript(script, program.content, account)
    return {script, problem: undefined}
  } catch (error) {
    if (isDiskRefusal(error)) throw error
    return {script: undefined, problem: whyNot(error)}
  }
}

function writeScript(path: string, content: Buffer, account: Account | undefined): void {
  const file = openSync(path, 'wx', 0o500)
  try {
    writeFileSync(file, content) // goes on until all is written: a full disk takes a part without a word
  } finally {
    closeSync(file)
  }
  if (account !== undefined) chownSync(path, account.uid, account.gid)
}
