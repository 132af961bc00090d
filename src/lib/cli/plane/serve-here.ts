import {hostname} from 'node:os'
import {findPaths} from '../../../config/paths.ts'
import {parseDuration} from '../../core/duration.ts'
import {systemClock} from '../../system/clock.ts'
import {closeInherited} from '../../system/inherited.ts'
import {createLogger} from '../../system/log.ts'
import {randomBytes} from '../../system/random.ts'
import {untilSignal} from '../terminal/until-signal.ts'
import {localFiles} from './files.ts'
import {serveLocal} from './serve.ts'

const IDLE_MS = 30 * 60_000
const DAY_MS = 86_400_000

/** `local serve`: this process is the plane from here on. */
export async function serveLocalHere(environment: NodeJS.ProcessEnv, version: string): Promise<void> {
  closeInherited(environment)
  const idle = environment['ASSIST_LOCAL_IDLE']
  const stop = untilSignal()
  try {
    await serveLocal({
      files: localFiles(findPaths(environment)),
      clock: systemClock,
      randomBytes,
      log: createLogger({}),
      version,
      hostname: hostname(),
      idleMs: idle ? parseDuration(idle, 'ASSIST_LOCAL_IDLE', {minMs: 100, maxMs: 365 * DAY_MS}) : IDLE_MS,
      signal: stop.signal,
    })
  } finally {
    stop.release()
  }
}
