/** Why the system would not, in words; undefined for what is no error of the system. */
export function systemReason(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const {code, syscall} = error as NodeJS.ErrnoException
  if (code === undefined || syscall === undefined) return undefined
  return REASONS[code] ?? `the system says ${code}`
}

/** For the end of a sentence that names what was tried. */
export function whyNot(error: unknown): string {
  return systemReason(error) ?? (error instanceof Error ? error.message : 'for an unknown reason')
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EADDRINUSE: 'something listens there already',
  EADDRNOTAVAIL: 'this machine does not have that address',
  EBADF: 'it is closed',
  EBUSY: 'it is in use',
  EDQUOT: 'the quota there is used up',
  EEXIST: 'it exists already',
  EFBIG: 'the file there has become too large',
  EIO: 'the device reports an error, or the terminal is gone',
  EISDIR: 'it is a directory',
  ELOOP: 'links lead round in a circle',
  EMFILE: 'this process has too many files open',
  ENAMETOOLONG: 'the name is too long',
  ENFILE: 'this machine has too many files open',
  ENOENT: 'it does not exist',
  ENOMEM: 'memory is used up',
  ENOSPC: 'no space is left there',
  ENOTDIR: 'a part of the path is no directory',
  ENOTEMPTY: 'the folder is not empty',
  EPERM: 'the system does not permit it',
  EROFS: 'the disk is read-only',
}
