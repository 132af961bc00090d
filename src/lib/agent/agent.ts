import {EventEmitter} from 'node:events'
import type {Clock} from '../core/clock.ts'
import type {Exchange} from '../core/exchange.ts'
import type {Logger} from '../core/log.ts'
import {isLoopback} from '../core/loopback.ts'
import {attempt, keepGoing} from './keep-going.ts'
import type {KillPoint} from './kill-point.ts'
import type {Machine} from './machine.ts'
import type {Power} from './process/power.ts'
import type {Warming} from './process/run-folders.ts'
import type {StartProcess} from './process/start.ts'
import {Boot} from './state/boot.ts'
import {DiskWatch} from './state/disk-watch.ts'
import type {Identity} from './state/identity.ts'
import type {SpareFolder, StateLock} from './state/lock.ts'
import {isDiskRefusal} from './state/refusal.ts'
import {createLongConnection, kickTarget} from './talk/connection.ts'
import {FollowNews} from './talk/follow-news.ts'
import {beat} from './talk/heartbeat.ts'
import {type ConnectKick, listen} from './talk/kick.ts'
import {Outbox} from './talk/outbox.ts'
import {refuseItem, refuseUnserved} from './talk/refuse-unserved.ts'
import {createSendReport} from './talk/report.ts'
import {hearVerdicts} from './talk/verdict.ts'
import {Dispatch} from './tasks/dispatch.ts'
import {type ExecuteDeps, executeRun} from './tasks/execute.ts'
import {Fetcher} from './tasks/fetch.ts'
import {post} from './tasks/finish.ts'
import {recover} from './tasks/recover.ts'
import {type Rounds, Timetable} from './tasks/rounds/timetable.ts'
import {Runner} from './tasks/runner.ts'
import {Shelf} from './tasks/shelf.ts'
import {Sites} from './tasks/sites.ts'
import {findUnfinished} from './tasks/unfinished.ts'

export interface AgentDeps {
  stateDir: string
  serverUrl: string
  identity: Identity
  machine: Machine
  clock: Clock
  random(): number
  exchange: Exchange
  connectKick: ConnectKick
  startProcess: StartProcess
  /** Makes processes ready before they are needed, where that is of use. */
  warming: Warming | undefined
  log: Logger
  killPoint: KillPoint
  maxRunning: number
  /** Absent: no script turns the machine off. */
  power: Power | undefined
  /** Of the folder; released by whoever took it. */
  lock: Pick<StateLock, 'refusal' | 'settle'>
  /** For what the disk has no room for. */
  spare: SpareFolder
  /** The server has told us to deregister. */
  onDeregister(): void
}

export interface RunningAgent {
  readonly instanceId: string
  /** The server has acknowledged the first heart-beat, and the kick channel is open or was tried. */
  readonly online: Promise<void>
  /** Takes no more tasks. Scripts are not ended; those that end within `drainMs` (10 s unless given) are still reported. */
  stop(options?: {drainMs?: number}): Promise<void>
  readonly stopped: Promise<void>
  /** Stopped, and no script of it runs any more: only then somebody else may take the folder. */
  readonly ended: Promise<void>
  runningCount(): number
  activeSchedules(): number
  lastActivityMs(): number
}

const LONE_SPREAD_MS = 1000
const FLEET_SPREAD_MS = 30_000
const RIVAL_HINT = {hint: 'a machine that was cloned needs an identity of its own: assist agent register --force'}
const DRAIN_MS = 10_000
/** For reports that are under way when the agent stops. */
const LAST_REPORTS_MS = 1000
const FALLBACK_FETCH_MS = 30_000
/** Servers that are not ours expect fetches after kicks only. */
const NEVER_MS = 2 ** 31 - 1
const FIRST_PRUNE_MS = 600_000
const PRUNE_EVERY_MS = 86_400_000

/** The resident: hears, plans, runs, streams and reports, until it is stopped. What an earlier one left is dealt with first. */
export async function runAgent(deps: AgentDeps): Promise<RunningAgent> {
  const {stateDir, machine, clock, random, log, killPoint, identity} = deps
  const {assist} = identity
  /** A server nearby waits for nobody; one that has not said how many it serves may serve many. */
  let reconnectSpreadMs = isLoopback(new URL(deps.serverUrl).hostname) ? LONE_SPREAD_MS : FLEET_SPREAD_MS
  let hasRival = false
  const verdicts = new EventEmitter<{over: [taskId: string]; sentAway: []}>()
  const followNews = new FollowNews()
  const wire = {exchange: deps.exchange, machine, now: clock.now, monotonic: clock.monotonic}
  const signed = createLongConnection(wire, deps.serverUrl, identity)
  const connection = assist
    ? hearVerdicts(signed, {
        over: (taskId) => verdicts.emit('over', taskId),
        sentAway: () => verdicts.emit('sentAway'),
        followed: (taskId, follow) => followNews.tell(taskId, follow),
      })
    : signed
  const timetable = new Timetable({clock, zone: machine.zone})
  const listening = refuseUnserved(connection, log)
  const send = createSendReport(connection, {assist, wallOf: (taskId) => timetable.wallOf(taskId)})
  const outbox = new Outbox({send, clock, random, log})
  const disk = new DiskWatch({stateDir, clock, log})
  const refused = (error: unknown): void => disk.refused(error)
  if (deps.lock.refusal !== undefined) refused(deps.lock.refusal)
  const sites = new Sites({stateDir, spare: deps.spare, warming: deps.warming})
  const shelf = new Shelf({stateDir, log, refused})
  const execution: ExecuteDeps = {
    ...{sites, machine, outbox, send, followNews, clock, log, killPoint, assist, disk},
    ...{startProcess: deps.startProcess, power: deps.power},
  }
  const runner = new Runner({
    execute: (run, stop) => executeRun(execution, run, stop),
    ...{maxRunning: deps.maxRunning, clock, log},
  })
  const boot = new Boot(stateDir, machine.bootId)
  const coldStart = boot.isCold
  const dispatch = new Dispatch({
    ...{journal: sites, shelf, timetable, runner, machine, clock, log, coldStart, assist},
    post: (report) => post(execution, report),
  })
  verdicts.on('over', (taskId) => dispatch.forget(taskId))
  verdicts.on('sentAway', () => dispatch.forgetAll())
  const fetcher = new Fetcher({
    ...{clock, random, machine, log, coldStart, assist, slots: deps.maxRunning},
    connection: async (call) => {
      if (hasRival) throw new Error('another agent uses this identity')
      return listening(call)
    },
    held: () => dispatch.held(),
    onList: (list, first) => {
      dispatch.take(list, first)
      if (first) void onDisk('noting the boot', () => boot.note())
    },
  })

  const unlessRival: Rounds = {
    fire: (task, roundMs) => (hasRival ? dispatch.missed(task, 1) : dispatch.fire(task, roundMs)),
    missed: (task, rounds) => dispatch.missed(task, rounds),
    exhausted: (task, everFired) => dispatch.exhausted(task, everFired),
    wentBack: (task, byMs) => dispatch.wentBack(task, byMs),
  }
  const unfinished = sites
    .all()
    .flatMap((site) => findUnfinished(site.folder, site.journal, log).map((left) => ({site, left})))
  await onDisk('making folders for runs', () => sites.disk.folders.prepare())
  const life = new AbortController()
  const keep = (name: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> =>
    keepGoing({clock, log}, name, work, life.signal)
  dispatch.restore(shelf.load())
  const recovery = Promise.all(
    unfinished.map(({site, left}) => attempt(log, 'recovering a run', () => recover(execution, site, left))),
  )
  const background = [
    keep('sending reports', (signal) => outbox.run(signal)),
    keep('the timetable', (signal) => timetable.run(signal, unlessRival)),
    keep('removing old tombstones', pruneDaily),
    keep('watching the disk', (signal) => disk.run(signal, useRoom)),
    keep('fetching tasks', (signal) => fetcher.run(signal, fetchEveryMs())),
  ]

  const acknowledged = promise()
  const tried = promise()
  fetcher.reconcile()
  background.push(
    keep('the heart-beat', (signal) =>
      beat(
        {
          ...{connection, clock, random, machine, log, coldStart, pid: process.pid},
          onAcknowledged: (newTasks, saidMs) => {
            acknowledged.resolve()
            if (assist && saidMs !== undefined) reconnectSpreadMs = saidMs
            if (newTasks) fetcher.call()
          },
        },
        signal,
      ),
    ),
    keep('the kick channel', (signal) =>
      listen(
        {
          ...{clock, random, log, connect: deps.connectKick},
          target: () => kickTarget({machine, now: clock.now}, deps.serverUrl, identity),
          reconnectSpreadMs: () => reconnectSpreadMs,
          onRival: () => {
            if (!hasRival)
              log.error('another agent uses this identity; this one runs nothing until that has gone', RIVAL_HINT)
            hasRival = true
          },
          onOpen: () => {
            hasRival = false
            tried.resolve()
            outbox.serverIsBack()
            fetcher.reconcile()
          },
          onFailed: tried.resolve,
          onFetch: (taskId) => fetcher.call(taskId),
          onSession: (channelId) => void refuseItem(connection, log, {kind: 'session', channelId}),
          onDeregister: () => {
            dispatch.forgetAll()
            deps.onDeregister()
          },
        },
        signal,
      ),
    ),
  )
  const stopped = promise()
  const ended = promise()
  let stopping = false

  return {
    instanceId: identity.instanceId,
    online: Promise.all([acknowledged.done, tried.done]).then(() => {}),
    stopped: stopped.done,
    ended: ended.done,
    runningCount: () => runner.runningCount,
    activeSchedules: () => timetable.size,
    lastActivityMs: () => runner.lastActivityMs,
    stop: async ({drainMs = DRAIN_MS} = {}) => {
      if (stopping) return stopped.done
      stopping = true
      runner.close()
      const drained = new AbortController()
      void Promise.all([runner.idle(), recovery]).then(() => drained.abort())
      await clock.sleep(drainMs, drained.signal)
      life.abort()
      await lastReports()
      await Promise.all(background)
      sites.close()
      if (runner.runningCount === 0) end()
      else {
        log.warn('the agent stays until its last script has ended', {running: runner.runningCount})
        void runner.idle().then(lastReports).then(end)
      }
      log.info('agent stopped', {running: runner.runningCount})
      stopped.resolve()
    },
  }

  function end(): void {
    void attempt(log, 'leaving the folder', () => sites.end())
    ended.resolve()
  }

  async function lastReports(): Promise<void> {
    await Promise.race([outbox.idle(), clock.sleep(LAST_REPORTS_MS)])
  }

  function fetchEveryMs(): number {
    return assist ? FALLBACK_FETCH_MS : NEVER_MS
  }

  /** Not at once: a start must not take longer the more has run. */
  async function pruneDaily(signal: AbortSignal): Promise<void> {
    for (let pauseMs = FIRST_PRUNE_MS; !signal.aborted; pauseMs = PRUNE_EVERY_MS) {
      await clock.sleep(pauseMs, signal)
      if (signal.aborted) return
      for (const {journal} of sites.all())
        await journal.prune(clock.now(), (id) => timetable.versions().has(id), signal)
    }
  }

  /** For work that comes again once there is room. */
  async function onDisk(name: string, work: () => Promise<void> | void): Promise<void> {
    await attempt(log, name, async () => {
      try {
        await work()
      } catch (error) {
        if (!isDiskRefusal(error)) throw error
        refused(error)
      }
    })
  }

  /** The disk takes new files again: what only memory holds comes to lie there, too. */
  async function useRoom(): Promise<void> {
    await attempt(log, 'locking the folder', () => deps.lock.settle())
    await attempt(log, 'noting the boot', () => boot.note())
    await attempt(log, 'keeping tombstones', () => sites.settle())
    shelf.putAgain()
    await attempt(log, 'making folders for runs', () => sites.disk.folders.prepare())
  }
}

function promise(): {done: Promise<void>; resolve(): void} {
  let resolve = (): void => {}
  const done = new Promise<void>((settle) => {
    resolve = settle
  })
  return {done, resolve}
}
