import {existsSync} from 'node:fs'
import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {whyNot} from '../../core/system-reason.ts'
import type {ScriptType} from '../../protocol/script.ts'
import {MOST_SCRIPT_BYTES} from '../../protocol/script-content.ts'
import {type CheckedScript, checkScript} from './check-script.ts'
import {joinWords} from './join-words.ts'
import {chooseScriptType} from './script-type.ts'

/** Where a script may come from; exactly one must be given. */
export interface ScriptSource {
  /** The positional arguments in front of `--`; a lone `-` means standard input. */
  words: readonly string[]
  /** Everything behind `--`; undefined when there is no `--`. */
  afterDashes: readonly string[] | undefined
  file: string | undefined
  type: string | undefined
}

export interface ReadScriptDeps {
  /** All of standard input, or its first `limitBytes`. */
  readInput(limitBytes: number): Promise<Uint8Array>
}

export interface Script extends CheckedScript {
  type: ScriptType
  /** `--file deploy.sh`, `standard input` or `the script`, for messages. */
  from: string
}

/** @throws AssistError (usage) with what is wrong about the script and its size */
export async function readScript(deps: ReadScriptDeps, source: ScriptSource): Promise<Script> {
  checkOneSource(source)
  const type = chooseScriptType(source.type, source.file)
  if (type !== 'RunBatScript') refuseFileName(source)
  const [from, bytes] = await readBytes(deps, source, type)
  const checked = checkScript(bytes, from, type)
  return {...checked, warnings: [...checked.warnings, ...fileWarning(source)], type, from}
}

function checkOneSource({words, afterDashes, file}: ScriptSource): void {
  const given = [
    ...(words.length > 0 ? [words[0] === '-' ? '-' : 'an argument'] : []),
    ...(file === undefined ? [] : ['--file']),
    ...(afterDashes === undefined ? [] : ['words behind --']),
  ]
  if (given.length === 0) {
    throw new AssistError('usage', 'no script is given', {
      hint: "Give it as one argument ('uptime'), with -f FILE, as - (standard input) or behind -- (-- ls -l /tmp).",
    })
  }
  if (given.length > 1)
    throw new AssistError('usage', `a script must come from one source; given: ${given.join(' and ')}`)
  if (words.length > 1) {
    throw new AssistError(
      'usage',
      `a script must be one argument; given: ${words.length} (${words.map(quote).join(' ').slice(0, 120)})`,
      {
        hint: 'Put quotes around it, or write -- in front of it.',
      },
    )
  }
}

/** Other programs take @FILE or file://FILE for what is in it; no shell has a command of such a name. */
function refuseFileName({words}: ScriptSource): void {
  const [, path] = /^(?:@|file:\/\/)([^\s]+)$/.exec(words[0] ?? '') ?? []
  if (path === undefined) return
  throw new AssistError('usage', `the script is only ${quote(words[0] ?? '')}, the name of a file`, {
    hint: `To run what is in it: -f ${path}`,
  })
}

/** `run deploy.sh` looks for a program of that name there; mostly the file here was meant. */
function fileWarning({words, file}: ScriptSource): string[] {
  const [word = ''] = words
  const isFile = file === undefined && /^\S+\.(sh|bash|ps1|bat|cmd|py|pl|rb)$/i.test(word) && existsSync(word)
  return isFile ? [`${quote(word)} is run as a command there; to run the file of that name here: -f ${word}`] : []
}

async function readBytes(deps: ReadScriptDeps, source: ScriptSource, type: ScriptType): Promise<[string, Uint8Array]> {
  if (source.file === '-' || source.words[0] === '-') {
    return ['standard input', await deps.readInput(MOST_SCRIPT_BYTES + 1)]
  }
  if (source.file !== undefined) return [`--file ${source.file}`, await readFile(source.file)]
  if (source.afterDashes !== undefined) return ['the command line', Buffer.from(joinWords(source.afterDashes, type))]
  return ['the command line', Buffer.from(source.words[0] ?? '')]
}

/** Opened once and judged by what was opened; a FIFO could block for ever, so it is refused before anything is read. */
async function readFile(path: string): Promise<Uint8Array> {
  const {constants, open} = await import('node:fs/promises')
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((error) => {
    throw fileError(path, error)
  })
  try {
    const stat = await handle.stat()
    if (stat.isDirectory()) throw new AssistError('usage', `--file ${quote(path)} is a directory`)
    if (!stat.isFile()) {
      throw new AssistError('usage', `--file ${quote(path)} is not a regular file`, {
        hint: 'Use - to read standard input.',
      })
    }
    if (stat.size > MOST_SCRIPT_BYTES * 64) {
      throw new AssistError(
        'usage',
        `--file ${quote(path)}: a script must be at most ${MOST_SCRIPT_BYTES} bytes; given: ${stat.size} bytes`,
      )
    }
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

function fileError(path: string, error: NodeJS.ErrnoException): AssistError {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'does not exist',
    EACCES: 'cannot be read: permission denied',
    EPERM: 'cannot be read: permission denied',
    EISDIR: 'is a directory',
    ENOTDIR: 'does not exist: a part of the path is not a directory',
    ENXIO: 'is not a regular file',
  }
  const reason = reasons[error.code ?? ''] ?? `cannot be read: ${whyNot(error)}`
  return new AssistError('usage', `--file ${quote(path)} ${reason}`, {cause: error})
}
