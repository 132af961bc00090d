import {createHash, randomBytes} from 'node:crypto'
import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {AssistError} from '../../core/errors.ts'
import {parseJson} from '../../core/json.ts'
import {systemReason} from '../../core/system-reason.ts'
import {makeFolders} from '../../disk/make-folders.ts'
import {NAMES} from './names.ts'

/** For us alone, whatever the umask says: a umask can only take bits away from these. */
export const OWN_FOLDER_MODE = 0o700
export const OWN_FILE_MODE = 0o600

export function makeFolder(path: string): void {
  makeFolders(path, OWN_FOLDER_MODE)
}

/**
 * The folder everything is kept in. One that was there before keeps its mode, unless it is somebody else's or others could write to
 * it: they could then plant files that we run as root. @throws AssistError('config')
 */
export function openStateFolder(path: string): void {
  try {
    makeFolder(path)
  } catch (cause) {
    const reason = systemReason(cause) ?? String(cause)
    throw new AssistError('config', `The agent's folder ${path} cannot be made: ${reason}.`, {cause})
  }
  if (process.platform === 'win32') return
  const {mode, uid} = statSync(path)
  const own = process.getuid?.() ?? uid
  if (uid !== own) {
    throw new AssistError(
      'config',
      `The agent's folder ${path} belongs to another user (uid ${uid}, yours is ${own}).`,
      {
        hint: `Choose another folder, or, if you trust what is in it: chown -R ${own} ${path}`,
      },
    )
  }
  if ((mode & 0o022) !== 0) {
    throw new AssistError('config', `The agent's folder ${path} can be written by other users.`, {
      hint: `chmod go-w ${path}`,
    })
  }
}

/** A value under its SHA-256, so that a torn, zeroed or foreign file is told from a good one. */
export function seal(value: unknown): string {
  const text = JSON.stringify(value)
  return `${digest(text)}\n${text}\n`
}

/** @throws Error when the file is missing (ENOENT) or is not what `seal` made. */
export function readSealed(path: string): unknown {
  const content = readFileSync(path, 'utf8')
  const end = content.indexOf('\n')
  const text = content.slice(end + 1, -1)
  if (end !== 64 || digest(text) !== content.slice(0, end)) throw new Error('checksum does not match')
  const value = parseJson(text)
  if (value === undefined) throw new Error('it is no JSON')
  return value
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** What lies in a folder; nothing where there is none. @throws another system error */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Replaces a file as a whole: after a crash, or a disk that has no room for the new content, it holds the old one or the new one. */
export function writeWhole(path: string, content: string): void {
  closeSync(replace(path, content, fdatasyncSync))
}

/**
 * As `writeWhole`, but what the disk is told to keep it keeps a moment later: a crash of ours loses nothing, and a power cut leaves
 * a file whose seal is broken. For what the reader can do without.
 */
export function writeWholeSoon(path: string, content: string): void {
  const file = replace(path, content)
  fdatasync(file, () => closeSync(file))
}

/** @returns the new file, still open. Nothing is left of it when it cannot be written. */
function replace(path: string, content: string, before: (file: number) => void = () => {}): number {
  const draft = join(dirname(path), `.${randomBytes(8).toString('hex')}.tmp`)
  const file = openSync(draft, 'wx', OWN_FILE_MODE)
  try {
    writeFileSync(file, content) // goes on until all is written: a full disk takes a part without a word
    before(file)
    renameSync(draft, path)
    return file
  } catch (error) {
    closeSync(file)
    rmSync(draft, {force: true})
    throw error
  }
}

/** Moves a file that nobody can read out of the way, where a person can look at it. */
export function quarantine(stateDir: string, path: string): void {
  const folder = join(stateDir, NAMES.quarantine)
  makeFolder(folder)
  renameSync(path, join(folder, `${basename(path)}.${randomBytes(4).toString('hex')}`))
}
