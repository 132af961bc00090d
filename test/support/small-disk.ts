import {execFileSync, spawnSync} from 'node:child_process'
import {closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

/** A file system of its own, small enough to be filled. */
export interface SmallDisk {
  path: string
  /** Takes all room but so many bytes, in whole pages. */
  fill(leaveBytes?: number): void
  /** There is room again. */
  free(): void
  readOnly(yes: boolean): void
  [Symbol.dispose](): void
}

/** Why there can be none here; undefined: there can. */
export const noSmallDisk: string | undefined = whyNone()

/** @throws Error where `noSmallDisk` says why. */
export function smallDisk(bytes = 4 * 1024 * 1024): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'assist-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=700`, 'tmpfs', path])
  const ballast = join(path, 'ballast')
  return {
    path,
    fill: (leaveBytes = 0) => {
      const file = openSync(ballast, 'a')
      try {
        const {bavail, bsize} = statfsSync(path)
        const page = Buffer.alloc(bsize)
        for (let left = bavail - Math.floor(leaveBytes / bsize); left > 0; left--) writeSync(file, page)
      } catch (error) {
        // Whoever else writes there took the rest meanwhile.
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      } finally {
        closeSync(file)
      }
    },
    free: () => rmSync(ballast, {force: true}),
    readOnly: (yes) => {
      execFileSync('mount', ['-o', `remount,${yes ? 'ro' : 'rw'}`, path])
    },
    [Symbol.dispose]: () => {
      execFileSync('umount', ['--lazy', path])
      rmSync(path, {recursive: true, force: true})
    },
  }
}

function whyNone(): string | undefined {
  if (process.platform !== 'linux') return 'file systems are made on Linux only'
  const path = mkdtempSync(join(tmpdir(), 'assist-disk-'))
  const probe = join(path, 'probe')
  mkdirSync(probe)
  const {status} = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe])
  if (status === 0) spawnSync('umount', ['--lazy', probe])
  rmSync(path, {recursive: true, force: true})
  return status === 0 ? undefined : 'no file system may be mounted here'
}
