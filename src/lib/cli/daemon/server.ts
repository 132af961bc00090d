import {resolve} from 'node:path'
import {startServer} from '../../server/main.ts'
import type {StorePlace} from '../../server/store/open-store.ts'
import {createLogger} from '../../system/log.ts'
import {untilSignal} from '../terminal/until-signal.ts'

export interface ServeInput extends StorePlace {
  host: string
  port: number
  tls: {cert: string; key: string} | undefined
  regions: readonly string[]
  allowPlainHttp: boolean
  logFile: string | undefined
  /** Called once it listens. */
  ready(url: string): void
}

/** A control plane in the foreground until it is told to stop; calls under way are finished then. @throws AssistError (config) */
export async function serve(input: ServeInput): Promise<void> {
  const stop = untilSignal()
  try {
    const server = await startServer({
      dataDir: resolve(input.dataDir),
      database: input.database,
      host: input.host,
      port: input.port,
      ...(input.tls && {tls: input.tls}),
      regions: input.regions,
      allowPlainHttp: input.allowPlainHttp,
      log: createLogger(input.logFile === undefined ? {} : {file: resolve(input.logFile)}),
    })
    input.ready(server.url)
    await aborted(stop.signal)
    await server.close()
  } finally {
    stop.release()
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) return done()
    signal.addEventListener('abort', () => done(), {once: true})
  })
}
