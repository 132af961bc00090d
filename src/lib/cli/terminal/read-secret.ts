import {AssistError} from '../../core/errors.ts'

const LONGEST_BYTES = 16 * 1024

/** The first line of stdin. @throws AssistError (usage) when nothing is piped in. */
export async function readSecretFromStdin(what: string): Promise<string> {
  if (process.stdin.isTTY) {
    throw new AssistError('usage', `${what} is to be read from stdin, but nothing is piped into it`)
  }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of process.stdin) {
    size += (chunk as Buffer).length
    if (size > LONGEST_BYTES) throw new AssistError('usage', `${what} on stdin has more than ${LONGEST_BYTES} bytes`)
    chunks.push(chunk as Buffer)
  }
  const [line = ''] = Buffer.concat(chunks).toString('utf8').split(/\r?\n/)
  if (line.trim() === '') throw new AssistError('usage', `${what} on stdin is empty`)
  return line.trim()
}
