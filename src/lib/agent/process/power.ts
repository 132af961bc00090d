import {spawn} from 'node:child_process'
import {whyNot} from '../../core/system-reason.ts'

/** What a script can ask for with its exit code. */
export type PowerAction = 'off' | 'restart'

/** Turns the machine off or has it boot. Rejects with the reason when it would not. */
export type Power = (action: PowerAction) => Promise<void>

const SERVICE_PATHS = '/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin'

/** Exit codes that official agents take for a wish. Source: agent-protocol, 5.4. */
const WISHES: Readonly<Record<'posix' | 'win32', Readonly<Record<number, PowerAction>>>> = {
  posix: {193: 'off', 194: 'restart'},
  win32: {3009: 'off', 3010: 'restart'},
}

export function powerWish(exitCode: number, platform: NodeJS.Platform): PowerAction | undefined {
  return WISHES[platform === 'win32' ? 'win32' : 'posix'][exitCode]
}

export function createPower(platform: NodeJS.Platform): Power {
  return (action) => (platform === 'win32' ? windowsShutdown(action) : posixShutdown(action))
}

function posixShutdown(action: PowerAction): Promise<void> {
  return run('shutdown', [action === 'off' ? '-h' : '-r', 'now'], {PATH: SERVICE_PATHS})
}

function windowsShutdown(action: PowerAction): Promise<void> {
  return run('shutdown.exe', ['-f', action === 'off' ? '-s' : '-r', '-t', '0'], process.env)
}

function run(program: string, argv: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, argv, {stdio: 'ignore', env})
    child.once('error', (error) => reject(new Error(`${program} could not be started: ${whyNot(error)}`)))
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ended with code ${code}`))))
  })
}
