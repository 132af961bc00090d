import {pino} from 'pino'
import type {LogFields, Logger} from '../core/log.ts'
import {redact} from '../core/redact.ts'

/** JSON lines to a file (mode 0640) or to stderr. Every line passes the redaction; there is no way to turn that off. */
export function createLogger(options: {file?: string; secrets?: () => Iterable<string>}): Logger {
  const destination = pino.destination({dest: options.file ?? 2, sync: true, mkdir: true, mode: 0o640})
  const sink = {write: (line: string) => destination.write(redact(line, options.secrets?.()))}
  const log = pino({base: null, timestamp: pino.stdTimeFunctions.isoTime}, sink)
  return {
    info: (message: string, fields: LogFields = {}) => log.info(fields, message),
    warn: (message: string, fields: LogFields = {}) => log.warn(fields, message),
    error: (message: string, fields: LogFields = {}) => log.error(fields, message),
  }
}
