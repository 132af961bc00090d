import type {Clock} from '../../core/clock.ts'
import {canPrint, hasCookie, listProcesses, type ProcessEntry} from './table.ts'

export interface Tree {
  /** Process that leads the session of the run; undefined when only the cookie is known. */
  leader: number | undefined
  cookie: string
}

/**
 * Everything a run has started, as far as it can be told: its session and group, all descendants, and whoever carries its cookie.
 * A child that leaves the session, is orphaned and clears its environment at once is found by the run's output alone; where it has given
 * that up, too, only a control group would hold it.
 */
export function membersOf(
  all: readonly ProcessEntry[],
  leader: number | undefined,
  carriesCookie: (pid: number) => boolean,
): Set<number> {
  // Whatever marks are found on the agent, the scripts of its other runs are its children.
  const entries = all.filter(({pid}) => pid !== process.pid && pid !== 1)
  const own = entries.filter(({pid, group, session}) => group === leader || session === leader || carriesCookie(pid))
  const sessions = new Set(own.filter(({pid, session}) => pid === session).map(({session}) => session))
  const members = new Set(own.map(({pid}) => pid))
  for (const {pid, session} of entries) if (sessions.has(session)) members.add(pid)
  for (let grown = true; grown; ) {
    grown = false
    for (const {pid, parent} of entries) {
      if (!members.has(parent) || members.has(pid)) continue
      members.add(pid)
      grown = true
    }
  }
  return members
}

/** @throws a system error when there is no way to look */
/** Who was seen with this start and still runs; a number that somebody else has got by now is not one of them. */
export function stillThere(entries: readonly ProcessEntry[], seen: ReadonlyMap<number, string>): Set<number> {
  return new Set(entries.filter(({pid, startTime}) => seen.get(pid) === startTime).map(({pid}) => pid))
}

export function livingMembers(tree: Tree): Set<number> {
  return membersOf(listProcesses(), tree.leader, (pid) => hasCookie(pid, tree.cookie))
}

const POLLS_MS = [10, 20, 50, 100, 200]
const GIVE_UP_MS = 30_000
/** Without a free descriptor, for instance. */
const BLIND_MS = 200
/** From the start on; the last is repeated. */
const WATCH_MS = [100, 300, 1000]
/** Looking takes at most one part in so many of a run's time, however many processes there are. */
const WATCH_SHARE = 250

/**
 * The processes of a run, remembered: one whose parents have gone and that has left the session and cleared its environment is still known by
 * its number and the time of its start, if it was ever seen as a member.
 */
export class Family {
  readonly #tree: Tree
  readonly #clock: Clock
  /** Start time by process. */
  readonly #seen = new Map<number, string>()

  constructor(tree: Tree, clock: Clock) {
    this.#tree = tree
    this.#clock = clock
  }

  /** Looks about once a second until then, more often at first. Who has the cookie is left out: `end` finds those without having seen them. */
  async watch(until: Promise<unknown>): Promise<void> {
    const over = new AbortController()
    void until.then(() => over.abort())
    let tookMs = 0
    for (let round = 0; !over.signal.aborted; round++) {
      const everyMs = WATCH_MS[Math.min(round, WATCH_MS.length - 1)] ?? 1000
      await this.#clock.sleep(Math.max(everyMs, tookMs * WATCH_SHARE), over.signal)
      if (over.signal.aborted) return
      const fromMs = this.#clock.monotonic()
      ifPossible(() => this.#look(() => false))
      tookMs = this.#clock.monotonic() - fromMs
    }
  }

  /** @throws a system error when there is no way to look. `thorough`: also by who has the output, which takes a look at every descriptor of every process. */
  living({thorough = false} = {}): Set<number> {
    const {cookie} = this.#tree
    return this.#look((pid) => hasCookie(pid, cookie) || (thorough && canPrint(pid, cookie)))
  }

  #look(isMarked: (pid: number) => boolean): Set<number> {
    const entries = listProcesses()
    const known = stillThere(entries, this.#seen)
    const members = membersOf(entries, this.#tree.leader, (pid) => known.has(pid) || isMarked(pid))
    for (const {pid, startTime} of entries) if (members.has(pid)) this.#seen.set(pid, startTime)
    return members
  }

  /**
   * Ends all of it: asks with SIGTERM, waits `graceMs`, then kills until nothing is left. Looks again and again, because a tree may grow while
   * it is being ended. Resolves with what could not be ended in another 30 s (a process stuck in the kernel). While there is no way to look
   * it waits, and in the end kills the group of the run unseen.
   */
  async end(graceMs: number): Promise<Set<number>> {
    const startedMs = this.#clock.monotonic()
    const asked = new Set<number>()
    for (let round = 0; ; round++) {
      const left = ifPossible(() => this.living({thorough: true}))
      const passedMs = this.#clock.monotonic() - startedMs
      const isLate = passedMs > graceMs + GIVE_UP_MS
      if (left === undefined) {
        const {leader} = this.#tree
        if (isLate && leader !== undefined) signal(-leader, 'SIGKILL')
        if (isLate) return new Set()
        await this.#clock.sleep(BLIND_MS)
        continue
      }
      if (left.size === 0 || isLate) return left
      for (const pid of left) {
        if (passedMs >= graceMs) signal(pid, 'SIGKILL')
        else if (!asked.has(pid)) signal(pid, 'SIGTERM')
        asked.add(pid)
      }
      const pauseMs = POLLS_MS[Math.min(round, POLLS_MS.length - 1)] ?? 200
      await this.#clock.sleep(passedMs < graceMs ? Math.min(pauseMs, graceMs - passedMs) : 20)
    }
  }
}

/** What is left of a run that nobody has watched. */
export function endTree(tree: Tree, graceMs: number, clock: Clock): Promise<Set<number>> {
  return new Family(tree, clock).end(graceMs)
}

/** Ends only the script's own process, the child of the supervisor; what it started lives on. */
export async function endScript(supervisor: number, graceMs: number, clock: Clock): Promise<void> {
  const startedMs = clock.monotonic()
  const asked = new Set<number>()
  for (;;) {
    const entries = ifPossible(listProcesses)
    const children = entries?.filter(({parent}) => parent === supervisor)
    if (children?.length === 0) return
    const isLate = clock.monotonic() - startedMs >= graceMs
    for (const {pid} of children ?? []) {
      if (isLate) signal(pid, 'SIGKILL')
      else if (!asked.has(pid)) signal(pid, 'SIGTERM')
      asked.add(pid)
    }
    await clock.sleep(children === undefined ? BLIND_MS : 50)
  }
}

function ifPossible<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has just ended.
  }
}
