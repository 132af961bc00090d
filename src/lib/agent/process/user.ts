import {type SpawnOptions, spawn} from 'node:child_process'
import {existsSync, readFileSync} from 'node:fs'
import type {Account} from '../machine.ts'

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,254}$/
const LOOKUP_MS = 2000

/**
 * Looks a user up by name, without a shell; numbers are not names. Accounts without a login shell are fine: services have them,
 * and scripts run as services. @returns the account, or why there is none.
 */
export async function findUser(name: string): Promise<Account | string> {
  if (!NAME.test(name)) return 'this is not a user name'
  const local = parsePasswd(readPasswd()).find((account) => account.name === name)
  if (local !== undefined) return local
  const [found] = parsePasswd(await getent(name))
  return found?.name === name ? found : 'no such user'
}

export function parsePasswd(text: string): Account[] {
  return text.split('\n').flatMap((line) => {
    const [name = '', , uid = '', gid = '', , home = '', shell = ''] = line.split(':')
    if (!/^\d+$/.test(uid) || !/^\d+$/.test(gid)) return []
    return [{name, uid: Number(uid), gid: Number(gid), home, shell: shell.trim() || '/bin/sh'}]
  })
}

const SETPRIV = '/usr/bin/setpriv'

/** How to become somebody: with all groups of theirs where setpriv is there, otherwise with the main group only. */
export function switchUser({uid, gid}: Account): {argv: string[]; options: SpawnOptions} {
  if (!existsSync(SETPRIV)) return {argv: [], options: {uid, gid}}
  const ids = ['--reuid', String(uid), '--regid', String(gid), '--init-groups']
  return {argv: [SETPRIV, ...ids, '--'], options: {}}
}

/** Whether somebody can reach a path, asked by trying: permissions hide in every folder above, in lists and in mounts. */
export function canReach(account: Account, path: string, kind: 'folder' | 'file'): Promise<boolean> {
  const {argv, options} = switchUser(account)
  const probe = kind === 'folder' ? 'cd -- "$1"' : 'test -r "$1"'
  const [program = '/bin/sh', ...rest] = [...argv, '/bin/sh', '-c', probe, 'assist-probe', path]
  return new Promise((resolve) => {
    const child = spawn(program, rest, {...options, stdio: 'ignore', cwd: '/'})
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}

function readPasswd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8')
  } catch {
    return ''
  }
}

/** Users from a directory service; empty when there is no getent or it has nothing. */
function getent(name: string): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const child = spawn('getent', ['passwd', name], {stdio: ['ignore', 'pipe', 'ignore'], timeout: LOOKUP_MS})
    child.once('error', () => resolve(''))
    child.stdout?.on('data', (part) => {
      text += part
    })
    child.once('close', () => resolve(text))
  })
}
