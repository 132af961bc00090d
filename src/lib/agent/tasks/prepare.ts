import {accessSync, constants} from 'node:fs'
import {resolve} from 'node:path'
import {quote} from '../../core/quote.ts'
import {substituteBuiltIns} from '../../protocol/script.ts'
import type {Account, Machine} from '../machine.ts'
import {lookAt} from '../process/look.ts'
import {chooseProgram, type Program} from '../process/program.ts'
import {canReach, findUser} from '../process/user.ts'
import type {Task} from './task.ts'

/** A task with everything found that it needs to start. */
export interface Ready {
  kind: 'ready'
  program: Program
  cwd: string
  /** Somebody else than us. */
  account: Account | undefined
  environment: Record<string, string>
}

interface Invalid {
  kind: 'invalid'
  param: string
  value: string
}

export type Prepared =
  | Ready
  /** The task as a whole cannot be run here. */
  | Invalid
  /** This script cannot be started. */
  | {kind: 'error'; reason: string}

/** Checks a task without starting anything: this is also all there is to a dry run. Codes: agent-protocol, 5.10. */
export async function prepareTask(task: Task, machine: Machine): Promise<Prepared> {
  if (task.inContainer)
    return invalid('UnsupportedContainerRuntime', 'UnsupportedContainerRuntime: this agent runs nothing in containers')
  const filled = fillBuiltIns(task)
  if ('kind' in filled) return filled
  const account = await chooseAccount(task.username, machine)
  if (typeof account === 'string')
    return invalid('UsernameOrPasswordInvalid', `UserInvalid_${task.username}: ${account}`)
  const cwd = await chooseFolder(task.workingDirectory, account, machine)
  if (cwd.path === undefined) return invalid('workingDirectory', cwd.problem)
  const program = chooseProgram({type: task.type, script: filled, launcher: task.launcher}, {...machine, cwd: cwd.path})
  if (program === 'unknown type') return invalid('TypeInvalid', `TypeInvalid_${task.type}`)
  if (typeof program === 'string') return {kind: 'error', reason: program}
  const somebody = account ?? machine.self
  return {kind: 'ready', program, cwd: cwd.path, account, environment: environmentOf(somebody, machine)}
}

function invalid(param: string, value: string): Invalid {
  return {kind: 'invalid', param, value}
}

/** @returns the script, or what is wrong with it. */
function fillBuiltIns(task: Task): Buffer | Invalid {
  if (task.builtIns === undefined) return task.script
  const script = task.script.toString('utf8')
  if (/\{\{\s*oos(-secret)?\s*:/.test(script)) {
    return invalid('ParameterStoreNotAccessible', 'this agent cannot read the parameter store of OOS')
  }
  const filled = substituteBuiltIns(script, task.builtIns)
  return 'unknown' in filled
    ? invalid('InvalidEnvironmentParameter', `The environment parameter ${filled.unknown} is invalid`)
    : Buffer.from(filled.script)
}

/** @returns undefined for ourselves, or why that user cannot be had. */
async function chooseAccount(name: string | undefined, machine: Machine): Promise<Account | undefined | string> {
  if (name === undefined || name === machine.self.name) return undefined
  if (machine.platform === 'win32') return 'this agent runs scripts as its own user only'
  const account = await findUser(name)
  if (typeof account === 'string') return account
  if (account.uid === machine.self.uid) return undefined
  return machine.self.uid === 0 ? account : 'only an agent that runs as root can run scripts as somebody else'
}

async function chooseFolder(
  asked: string | undefined,
  account: Account | undefined,
  machine: Machine,
): Promise<{path: string} | {path: undefined; problem: string}> {
  if (asked !== undefined) {
    const problem = await problemWithFolder(asked, account)
    return problem === undefined
      ? {path: resolve(asked)}
      : {path: undefined, problem: `WorkingDirectoryNotExist: ${quote(asked)} ${problem}`}
  }
  const {home} = account ?? machine.self
  const problem = await problemWithFolder(home, account)
  if (problem === undefined) return {path: home}
  if (account === undefined) return {path: machine.platform === 'win32' ? process.cwd() : '/'}
  const text = `DefaultWorkingDirectoryNotAvailable: the home ${quote(home)} of user ${account.name} ${problem}`
  return {path: undefined, problem: text}
}

/** undefined: a script can be started there. */
async function problemWithFolder(path: string, account: Account | undefined): Promise<string | undefined> {
  const info = lookAt(path)
  if (typeof info === 'string') return info
  if (!info.isDirectory()) return 'is not a folder'
  if (await mayEnter(path, account)) return undefined
  return account === undefined ? 'may not be entered' : `may not be entered by user ${account.name}`
}

async function mayEnter(path: string, account: Account | undefined): Promise<boolean> {
  if (account !== undefined) return canReach(account, path, 'folder')
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Made from nothing: neither secrets nor LD_… of ours reach a script. */
function environmentOf(account: Account, machine: Machine): Record<string, string> {
  const {name, home, shell} = account
  return {PATH: machine.path, HOME: home, USER: name, LOGNAME: name, SHELL: shell, LANG: machine.language}
}
