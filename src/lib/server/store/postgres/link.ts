import pg from 'pg'
import type {Clock} from '../../../core/clock.ts'
import {AssistError} from '../../../core/errors.ts'
import type {Peers} from '../replicas.ts'
import {ADVISORY_LOCKS} from './advisory-locks.ts'
import {createDatabaseClock, type DatabaseClock} from './database-clock.ts'
import {toFailure} from './failure.ts'
import {connectionConfig} from './pool.ts'
import type {DatabaseSettings} from './settings.ts'

const BEAT_MS = 3000
/** A server that stands still for so long loses its session, and with it the lead, by the database's own clock. */
const SILENT_MS = 20_000
/** Earlier than that it stops to believe that it leads. */
const LEADS_MS = 15_000
const QUERY_MS = 5000
const RETRY_MS = {first: 250, most: 5000}
const CHANNEL = 'assist'
/** The database takes 8000 bytes at most. */
const LARGEST_NOTE_BYTES = 7500
/** Beyond it messages are lost; whoever waits for one looks by itself. */
const MOST_WAITING = 20_000

export interface Link extends Peers {
  /** The database's time, for all servers on it. */
  readonly clock: Clock
  close(): Promise<void>
}

export interface LinkDeps {
  clock: Clock
  replicaId: string
  /** Called when the session is lost and when there is one again. */
  onChange?(isLinked: boolean): void
}

/**
 * The one session of a server that lasts: by it servers hear each other, agree on who leads and on what time it is. It is made anew
 * whenever it breaks; the first one must succeed.
 * @throws AssistError (config)
 */
export async function openLink(settings: DatabaseSettings, deps: LinkDeps): Promise<Link> {
  const time = createDatabaseClock(deps.clock)
  const closing = new AbortController()
  const waiting: string[] = []
  const hearers: Array<(message: string) => void> = []
  let session: Session | undefined

  const hear = (messages: readonly string[]): void => {
    for (const message of messages) for (const hearer of hearers) hearer(message)
  }
  const first = await openSession(settings, {time, clock: deps.clock, hear}).catch((error: unknown) => {
    throw new AssistError('config', `cannot open the database ${settings.place}: ${toFailure(error).message}`, {
      cause: error,
    })
  })
  session = first

  async function run(): Promise<void> {
    let waitMs = RETRY_MS.first
    while (!closing.signal.aborted) {
      try {
        session ??= await openSession(settings, {time, clock: deps.clock, hear})
        waitMs = RETRY_MS.first
        deps.onChange?.(true)
        await session.last(waiting, closing.signal)
      } catch {
        waitMs = Math.min(waitMs * 2, RETRY_MS.most)
      }
      await session?.end()
      session = undefined
      if (closing.signal.aborted) return
      deps.onChange?.(false)
      await deps.clock.sleep(waitMs * (0.5 + Math.random() / 2), closing.signal)
    }
  }

  const running = run()
  return {
    replicaId: deps.replicaId,
    clock: time.clock,
    tell: (message) => {
      if (waiting.length < MOST_WAITING) waiting.push(message)
      session?.wake()
    },
    onTold: (hearer) => void hearers.push(hearer),
    leads: () => session?.leads() ?? false,
    close: async () => {
      closing.abort()
      session?.wake()
      await running
    },
  }
}

interface Session {
  /** Sends what waits and beats, until the session breaks (rejects) or `signal` aborts. */
  last(waiting: string[], signal: AbortSignal): Promise<void>
  wake(): void
  leads(): boolean
  end(): Promise<void>
}

interface SessionDeps {
  time: DatabaseClock
  clock: Clock
  hear(messages: readonly string[]): void
}

async function openSession(settings: DatabaseSettings, {time, clock, hear}: SessionDeps): Promise<Session> {
  const client = new pg.Client({...connectionConfig(settings), query_timeout: QUERY_MS})
  let broken: Error | undefined
  let wake: () => void = () => {}
  let leadsSinceBeat = false
  let beatAtMs = Number.NEGATIVE_INFINITY
  const fail = (error?: Error): void => {
    broken ??= error ?? new Error('the session ended')
    leadsSinceBeat = false
    wake()
  }
  client.on('error', fail)
  client.on('end', () => fail())
  client.on('notification', ({processId, payload}) => {
    if (processId !== Reflect.get(client, 'processID')) hear(unpack(payload ?? ''))
  })

  async function beat(): Promise<void> {
    const askedAtMs = clock.monotonic()
    // A lock that is held already would be counted once more.
    const {rows} = await client.query(
      `select (extract(epoch from clock_timestamp()) * 1000)::bigint as at, ${leadsSinceBeat ? 'true' : 'pg_try_advisory_lock($1)'} as leads`,
      leadsSinceBeat ? [] : [ADVISORY_LOCKS.maintenance],
    )
    beatAtMs = askedAtMs
    leadsSinceBeat = rows[0].leads
    time.set(Number(rows[0].at), askedAtMs)
  }

  try {
    await client.connect()
    await client.query(`set idle_session_timeout = ${SILENT_MS}`)
    await client.query(`listen ${CHANNEL}`)
    await beat()
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
  return {
    leads: () => leadsSinceBeat && clock.monotonic() - beatAtMs < LEADS_MS,
    wake: () => wake(),
    last: async (waiting, signal) => {
      while (!signal.aborted && broken === undefined) {
        while (waiting.length > 0 && broken === undefined) {
          await client.query('select pg_notify($1, $2)', [CHANNEL, pack(waiting)])
        }
        const leftMs = beatAtMs + BEAT_MS - clock.monotonic()
        if (leftMs <= 0) await beat()
        else await sleepUntilWoken(leftMs)
      }
      if (broken) throw broken
    },
    end: async () => {
      leadsSinceBeat = false
      // A session that hangs would not hear of it.
      const cut = setTimeout(() => Reflect.get(client, 'connection').stream.destroy(), 1000)
      await client.end().catch(() => {})
      clearTimeout(cut)
    },
  }

  function sleepUntilWoken(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

/** As many as fit, taken off the list. */
function pack(waiting: string[]): string {
  let bytes = 2
  let count = 0
  for (const message of waiting) {
    bytes += Buffer.byteLength(JSON.stringify(message)) + 1
    if (count > 0 && bytes > LARGEST_NOTE_BYTES) break
    count += 1
  }
  return JSON.stringify(waiting.splice(0, count))
}

function unpack(payload: string): string[] {
  try {
    const list: unknown = JSON.parse(payload)
    return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : []
  } catch {
    return []
  }
}
