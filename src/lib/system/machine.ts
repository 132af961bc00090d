import {spawnSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import os from 'node:os'

const ARCHITECTURES: Record<string, string> = {x64: 'amd64', ia32: '386'}
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Facts about this machine and the user we run as. */
export function readMachine() {
  const user = os.userInfo()
  return {
    platform: process.platform,
    architecture: ARCHITECTURES[process.arch] ?? process.arch,
    hostname: os.hostname(),
    intranetIp: firstAddress() ?? '<nil>',
    osVersion: `${os.type()}_${os.version()}_${os.machine()}`,
    machineId: machineId(),
    bootId: bootId(),
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    cores: os.availableParallelism(),
    memoryBytes: Math.min(os.totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
    uptimeMs: () => Math.floor(os.uptime()) * 1000,
    utcOffsetSec: () => new Date().getTimezoneOffset() * -60,
    self: {name: user.username, uid: user.uid, gid: user.gid, home: user.homedir, shell: user.shell ?? '/bin/sh'},
    path: process.env.PATH || DEFAULT_PATH,
    language: process.env.LANG || 'C.UTF-8',
    codePage: process.platform === 'win32' ? codePage() : undefined,
  }
}

function firstAddress(): string | undefined {
  return Object.values(os.networkInterfaces())
    .flat()
    .find((address) => address?.family === 'IPv4' && !address.internal)?.address
}

const MACHINE_ID_FILES = ['/var/lib/dbus/machine-id', '/etc/machine-id', '/sys/class/dmi/id/product_uuid']

function machineId(): string {
  for (const file of MACHINE_ID_FILES) {
    const id = firstLine(file)
    if (id) return id
  }
  const hardware = Object.values(os.networkInterfaces())
    .flat()
    .map((address) => address?.mac ?? '')
    .sort()
  return createHash('sha256')
    .update([os.hostname(), ...hardware].join('\n'))
    .digest('hex')
    .slice(0, 32)
}

/** Where the system names no boot the moment of it has to do, in whole minutes because it is computed from two clocks. */
function bootId(): string {
  const named =
    firstLine('/proc/sys/kernel/random/boot_id') ?? (process.platform === 'darwin' ? bootSession() : undefined)
  return named ?? `b${Math.round((Date.now() / 1000 - os.uptime()) / 60)}`
}

function bootSession(): string | undefined {
  const {stdout} = spawnSync('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'], {encoding: 'utf8', timeout: 5000})
  return stdout?.trim() || undefined
}

/** What cmd and console programs read and write. Source: HKLM, Control\\Nls\\CodePage. */
function codePage(): number | undefined {
  const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage'
  const options = {encoding: 'utf8', timeout: 5000, windowsHide: true} as const
  const {stdout} = spawnSync('reg.exe', ['query', key, '/v', 'OEMCP'], options)
  const [, number] = /OEMCP\s+REG_SZ\s+(\d+)/.exec(stdout ?? '') ?? []
  return number === undefined ? undefined : Number(number)
}

function firstLine(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}
