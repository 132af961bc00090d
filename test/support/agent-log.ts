import type {LogFields, Logger} from '../../src/lib/core/log.ts'

/** Keeps every line, so that a test can ask what was logged, and what never may be. */
export function createRecordingLog(): Logger & {lines: string[]} {
  const lines: string[] = []
  const keep =
    (level: string) =>
    (message: string, fields: LogFields = {}) => {
      lines.push(`${level} ${message} ${JSON.stringify(fields)}`)
    }
  return {lines, info: keep('info'), warn: keep('warn'), error: keep('error')}
}
