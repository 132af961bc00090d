import {execFile} from 'node:child_process'
import type {SessionKeys} from '../../core/credential-source.ts'
import {AssistError} from '../../core/errors.ts'
import {isRecord, parseJson} from '../../core/json.ts'
import {quote} from '../../core/quote.ts'
import {systemReason} from '../../core/system-reason.ts'

const LONGEST_MS = 30_000
const LARGEST_BYTES = 64 * 1024

/**
 * Keys from a program that prints a profile of the official CLI (`mode` AK or StsToken). Started with an argument vector, without a shell;
 * what it prints is never shown.
 * @throws AssistError (config)
 */
export async function runKeyProgram(
  command: readonly string[],
  deps: {externalDisabled: boolean; environment: NodeJS.ProcessEnv},
): Promise<SessionKeys> {
  const [program = '', ...args] = command
  if (deps.externalDisabled) {
    throw new AssistError(
      'config',
      'the profile takes its keys from a program, which ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS forbids',
    )
  }
  return decode(await run(program, args, deps.environment), program)
}

function run(program: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      [...args],
      {
        timeout: LONGEST_MS,
        killSignal: 'SIGKILL',
        maxBuffer: LARGEST_BYTES,
        env: environment,
        shell: false,
        windowsHide: true,
      },
      (error, stdout) => {
        if (!error) return resolve(stdout)
        // Node's own error carries the arguments and all that was printed.
        const {code, killed} = error as {code?: unknown; killed?: boolean}
        const reason = killed
          ? `it took longer than ${LONGEST_MS / 1000} s or printed too much`
          : typeof code === 'number'
            ? `exit code ${code}`
            : (systemReason(error) ?? String(code ?? 'a signal ended it'))
        reject(new AssistError('config', `the program ${quote(program)} gave no keys: ${reason}`))
      },
    )
    child.stderr?.pipe(process.stderr)
    child.stdin?.end()
  })
}

function decode(printed: string, program: string): SessionKeys {
  const profile = parseJson(printed)
  if (profile === undefined) {
    throw new AssistError('config', `the program ${quote(program)} printed something that is not JSON`)
  }
  const text = (key: string): string => {
    const value = isRecord(profile) ? profile[key] : undefined
    if (typeof value === 'string' && value !== '') return value
    throw new AssistError('config', `the program ${quote(program)} printed no ${key}`)
  }
  const mode = text('mode')
  if (mode !== 'AK' && mode !== 'StsToken') {
    throw new AssistError(
      'config',
      `the program ${quote(program)} printed the mode ${quote(mode)}; AK or StsToken is expected`,
    )
  }
  const pair = {accessKeyId: text('access_key_id'), accessKeySecret: text('access_key_secret')}
  return mode === 'AK' ? pair : {...pair, securityToken: text('sts_token')}
}
