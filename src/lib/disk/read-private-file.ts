import {closeSync, constants, fstatSync, openSync, readFileSync, readlinkSync} from 'node:fs'
import {dirname} from 'node:path'
import {AssistError} from '../core/errors.ts'
import {whyNot} from '../core/system-reason.ts'

const LARGEST_BYTES = 1024 * 1024
const OTHERS = 0o077
const WRITE_OTHERS = 0o022

/**
 * The text of a file that holds secrets; undefined when there is none. Looks at the opened file, so that it cannot be swapped between
 * check and read.
 * @throws AssistError (config) naming the fix when somebody else could have read or written it, or when it is no readable file.
 */
export function readPrivateFile(path: string): string | undefined {
  return readChecked(path, (found) => refuseShared(path, found))
}

/**
 * The text of a file with secrets that another program keeps as it likes. That others can read it is a warning; that they can write it is an
 * error all the same, because they would choose the keys.
 * @throws AssistError (config)
 */
export function readForeignPrivateFile(path: string): {text: string; warning: string | undefined} | undefined {
  let warning: string | undefined
  const text = readChecked(path, ({mode, uid}) => {
    if ((mode & WRITE_OTHERS) !== 0 || (uid !== 0 && uid !== process.getuid?.())) refuseShared(path, {mode, uid})
    else if ((mode & OTHERS) !== 0) {
      warning = `${path} has mode ${shownMode(mode)}: others on this machine can read the keys in it. Run: chmod 600 ${path}`
    }
  })
  return text === undefined ? undefined : {text, warning}
}

function readChecked(path: string, check: (found: {mode: number; uid: number}) => void): string | undefined {
  const descriptor = open(path)
  if (descriptor === undefined) return undefined
  try {
    const {mode, uid, size} = fstatSync(descriptor)
    const isFile = (mode & constants.S_IFMT) === constants.S_IFREG
    if (!isFile) throw new AssistError('config', `${path} is not a regular file`, {hint: 'Move it away and try again.'})
    if (process.platform !== 'win32') check({mode, uid})
    if (size > LARGEST_BYTES) {
      throw new AssistError('config', `${path} has ${size} bytes; more than ${LARGEST_BYTES} cannot be settings`)
    }
    return readFileSync(descriptor, 'utf8')
  } finally {
    closeSync(descriptor)
  }
}

function open(path: string): number | undefined {
  try {
    // Without O_NONBLOCK a FIFO in its place would hang us.
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'ENOENT') {
      refuseDangling(path)
      return undefined
    }
    if (code === 'ENOTDIR') {
      throw new AssistError('config', `${path} cannot be read: ${dirname(path)} is not a folder`, {cause: error})
    }
    throw new AssistError('config', `${path} cannot be read: ${whyNot(error)}`, {
      hint: code === 'EACCES' ? `Run: chmod u+r ${path}` : undefined,
      cause: error,
    })
  }
}

function refuseDangling(path: string): void {
  let target: string
  try {
    target = readlinkSync(path)
  } catch {
    return
  }
  throw new AssistError('config', `${path} is a link to ${target}, which does not exist`, {hint: `Run: rm ${path}`})
}

function refuseShared(path: string, {mode, uid}: {mode: number; uid: number}): void {
  const own = process.getuid?.()
  if (own !== undefined && uid !== own) {
    throw new AssistError(
      'config',
      `${path} belongs to another user (uid ${uid}, yours is ${own}), so it is not read`,
      {
        hint: `Run: chown ${own} ${path} && chmod 600 ${path}`,
      },
    )
  }
  if ((mode & OTHERS) !== 0) {
    throw new AssistError(
      'config',
      `${path} has mode ${shownMode(mode)}: others on this machine can get at the keys in it`,
      {
        hint: `Run: chmod 600 ${path}`,
      },
    )
  }
}

function shownMode(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0')
}
