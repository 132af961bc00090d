/** What the agent knows about the machine it lives on; read once, handed in. */
export interface Machine {
  /** As Node names it: linux, darwin, win32, freebsd … */
  platform: NodeJS.Platform
  /** As the protocol names it: amd64, arm64, 386 … */
  architecture: string
  hostname: string
  /** First IPv4 address that is not loopback, or `<nil>` as official agents write it. */
  intranetIp: string
  /** `<sysname>_<version>_<machine>` */
  osVersion: string
  /** Names this installation of the system; stays the same over reboots. */
  machineId: string
  /** Changes with every boot. */
  bootId: string
  /** IANA name of the machine's own zone. */
  zone: string
  uptimeMs(): number
  /** That we may use. */
  cores: number
  memoryBytes: number
  /** Seconds east of UTC, now. */
  utcOffsetSec(): number
  /** The user the agent runs as. */
  self: Account
  /** PATH and LANG for scripts; nothing else of our environment reaches them. */
  path: string
  language: string
  /** Windows' code page for output of programs, such as 936; undefined elsewhere. */
  codePage?: number | undefined
}

export interface Account {
  name: string
  uid: number
  gid: number
  home: string
  shell: string
}

/** Linux, x86 and so on have their own first numbers; servers read features from the last one. Source: agent-protocol, page 1. */
export function agentVersion(machine: Pick<Machine, 'platform' | 'architecture'>): string {
  if (machine.platform === 'win32') return '2.1.3.578'
  if (machine.platform === 'freebsd') return '2.3.3.578'
  return machine.architecture === 'arm64' ? '2.4.3.578' : '2.2.3.578'
}

/** linux, windows, freebsd or unknown. */
export function osType(platform: NodeJS.Platform): string {
  if (platform === 'win32') return 'windows'
  return platform === 'linux' || platform === 'freebsd' ? platform : 'unknown'
}

export function userAgent(machine: Machine): string {
  const system = machine.platform === 'win32' ? 'windows' : machine.platform
  return `${system}_${machine.architecture}/${agentVersion(machine)}`
}
