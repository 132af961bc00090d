import {pino} from 'pino'
import type {LogFields, Logger} from '../core/log.ts'
import {redact} from '../core/redact.ts'
import {LogLines, type LogTarget} from './log-lines.ts'

/**
 * JSON lines to a file (mode 0640) or to stderr. Every line passes the redaction; there is no way to turn that off.
 * @throws AssistError (config) when the file cannot be opened.
 */
export function createLogger(options: LogTarget & {secrets?: () => Iterable<string>}): Logger {
  const lines = new LogLines(options)
  const sink = {write: (line: string) => lines.write(redact(line, options.secrets?.()))}
  const log = pino({base: null, timestamp: pino.stdTimeFunctions.isoTime}, sink)
  return {
    info: (message: string, fields: LogFields = {}) => log.info(fields, message),
    warn: (message: string, fields: LogFields = {}) => log.warn(fields, message),
    error: (message: string, fields: LogFields = {}) => log.error(fields, message),
  }
}
