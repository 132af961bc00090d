import {type Stats, statSync} from 'node:fs'
import {systemReason} from '../../core/system-reason.ts'

/**
 * What stands at a path, or in words why that cannot be told: folders above may be closed to us, names too long for the disk.
 * Paths come from tasks, so nothing about them may be thrown.
 */
export function lookAt(path: string): Stats | string {
  try {
    return statSync(path, {throwIfNoEntry: false}) ?? 'does not exist'
  } catch (error) {
    return `cannot be reached: ${systemReason(error) ?? 'it is no path'}`
  }
}
