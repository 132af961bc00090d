import {execFileSync, spawn, spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, writeFileSync} from 'node:fs'
import {createConnection, createServer} from 'node:net'
import {userInfo} from 'node:os'
import {join} from 'node:path'

const SSHD = '/usr/sbin/sshd'

/** A sshd on loopback with a key of its own, as the alternative to beat; undefined where none is installed and none can be. */
export async function startSsh(home) {
  if (!existsSync(SSHD)) install()
  if (!existsSync(SSHD)) return undefined
  const port = await freePort()
  const folder = join(home, 'ssh')
  mkdirSync(folder, {mode: 0o700})
  mkdirSync('/run/sshd', {recursive: true})
  for (const name of ['host', 'user'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)])
  execFileSync('cp', [join(folder, 'user.pub'), join(folder, 'authorized')])
  const config = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(folder, 'host')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'PermitRootLogin yes',
    'PidFile none',
  ]
  writeFileSync(join(folder, 'config'), `${config.join('\n')}\n`)
  const daemon = spawn(SSHD, ['-D', '-f', join(folder, 'config')], {stdio: 'ignore'})
  process.once('exit', () => daemon.kill())
  const options = [
    '-p',
    port,
    '-i',
    join(folder, 'user'),
    '-o',
    'StrictHostKeyChecking=no',
    '-o',
    `UserKnownHostsFile=${join(folder, 'known')}`,
    '-o',
    'LogLevel=ERROR',
  ]
  const master = ['-o', 'ControlMaster=auto', '-o', `ControlPath=${join(folder, 'control')}`, '-o', 'ControlPersist=60']
  const args = (command, more = []) => [...options.map(String), ...more, `${userInfo().username}@127.0.0.1`, command]
  for (let tries = 0; tries < 50 && !(await isOpen(port)); tries++)
    await new Promise((resolve) => setTimeout(resolve, 100))
  if (spawnSync('ssh', args('true')).status !== 0) {
    daemon.kill()
    return undefined
  }
  return {
    args,
    /** Through one connection that the first call leaves open. */
    sharedArgs: (command) => args(command, master),
    stop: () => {
      spawnSync('ssh', args('', [...master, '-O', 'exit']), {stdio: 'ignore'})
      daemon.kill()
    },
  }
}

/** Where one may: the package, without starting a service. */
function install() {
  const env = {...process.env, RUNLEVEL: '1', DEBIAN_FRONTEND: 'noninteractive'}
  const args = ['install', '--yes', '--no-install-recommends', 'openssh-server']
  spawnSync('apt-get', args, {env, stdio: 'ignore', timeout: 120_000})
}

function isOpen(port) {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const {port} = server.address()
      server.close(() => resolve(port))
    })
  })
}
