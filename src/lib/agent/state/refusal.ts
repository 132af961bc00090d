const REFUSALS: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EACCES', 'EPERM'])

/**
 * Whether a disk takes nothing new: it is full, read-only, failing or closed to us. Another place may still do. Too many open files
 * are no such thing: they are the same everywhere.
 */
export function isDiskRefusal(error: unknown): boolean {
  return error instanceof Error && REFUSALS.has((error as NodeJS.ErrnoException).code ?? '')
}
