import {rmSync} from 'node:fs'
import type {Clock} from '../../core/clock.ts'
import {AssistError} from '../../core/errors.ts'
import {isRunning, type ProcessMark} from '../../disk/process-mark.ts'
import type {LocalFiles} from './files.ts'
import {readPlaneProcess} from './state.ts'

const LONGEST_STOP_MS = 15_000
const LOOK_EVERY_MS = 20

/** Ends the plane, also one that is not ready yet, and waits until it is gone. Undefined when none runs. @throws AssistError (timeout) */
export async function stopLocalPlane(files: LocalFiles, clock: Clock): Promise<ProcessMark | undefined> {
  const plane = readPlaneProcess(files)
  if (!plane) return undefined
  // That id, that start time: the process we started and no other.
  process.kill(plane.pid, 'SIGTERM')
  const startedMs = clock.monotonic()
  while (isRunning(plane)) {
    if (clock.monotonic() - startedMs > LONGEST_STOP_MS) {
      throw new AssistError(
        'timeout',
        `the local control plane (pid ${plane.pid}) has not stopped after ${LONGEST_STOP_MS / 1000} s`,
        {
          hint: `Its log is ${files.logFile}`,
        },
      )
    }
    await clock.sleep(LOOK_EVERY_MS)
  }
  return plane
}

/** Stops the plane and removes all it kept: commands, results, keys. */
export async function resetLocalPlane(files: LocalFiles, clock: Clock): Promise<void> {
  await stopLocalPlane(files, clock)
  rmSync(files.folder, {recursive: true, force: true})
}
