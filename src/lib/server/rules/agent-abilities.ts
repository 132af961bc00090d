import {quote} from '../../core/quote.ts'
import {isAtBoot, type RepeatMode} from '../../protocol/repeat.ts'
import {builtInNames} from '../../protocol/script.ts'

/** What a task asks of an agent beyond running a script. */
export interface AskedTask {
  content: string
  enable_parameter: number
  username: string
  launcher: string
  termination_mode: string
  container_id: string
  container_name: string
  repeat_mode: RepeatMode
}

export interface AgentFacts {
  /** 1: our own agent, which does all that this server can ask for. */
  strong: 0 | 1
  os_type: string
  /** As it tells in each request: `2.2.3.578`. */
  agent_version: string
}

interface Feature {
  name: string
  /** The first versions that have it; `never`: no version that is known to. */
  linux: string
  windows: string
  isAsked(task: AskedTask): boolean
}

const NEVER = 'never'

/** An old agent does not refuse what it does not know: it runs the script without it. Source: ECS 2014-05-26 (openapi, 9), agent-protocol, 5. */
const FEATURES: readonly Feature[] = [
  {name: 'Launcher', linux: NEVER, windows: NEVER, isAsked: (task) => task.launcher !== ''},
  {
    name: 'TerminationMode=ProcessTree',
    linux: NEVER,
    windows: NEVER,
    isAsked: (task) => task.termination_mode === 'ProcessTree',
  },
  {
    name: 'containers',
    linux: '2.2.3.344',
    windows: NEVER,
    isAsked: (task) => task.container_id !== '' || task.container_name !== '',
  },
  {name: 'Username', linux: '2.2.0.106', windows: '2.1.0.50', isAsked: (task) => task.username !== ''},
  {
    name: 'NextRebootOnly and EveryReboot',
    linux: '2.2.0.46',
    windows: '2.1.0.50',
    isAsked: ({repeat_mode}) => isAtBoot(repeat_mode),
  },
  {name: 'Frequency', linux: '2.2.3.282', windows: '2.1.3.282', isAsked: (task) => task.repeat_mode === 'Period'},
  {
    name: '{{ACS::InvokeId}}',
    linux: '2.2.3.309',
    windows: '2.1.3.309',
    isAsked: (task) => usesBuiltIn(task, 'InvokeId'),
  },
  {
    name: '{{ACS::CommandId}}',
    linux: '2.2.3.309',
    windows: '2.1.3.309',
    isAsked: (task) => usesBuiltIn(task, 'CommandId'),
  },
  {
    name: '{{ACS::InstanceName}}',
    linux: '2.2.3.344',
    windows: '2.1.3.344',
    isAsked: (task) => usesBuiltIn(task, 'InstanceName'),
  },
]

/** Why this agent must not get the task, for the ErrorInfo of ClientNeedUpgrade; `undefined`: it can do all of it. */
export function missingAbility(task: AskedTask, agent: AgentFacts): string | undefined {
  if (agent.strong === 1) return undefined
  const system = agent.os_type.toLowerCase() === 'windows' ? 'windows' : 'linux'
  const missing = FEATURES.find((feature) => feature.isAsked(task) && !isAtLeast(agent.agent_version, feature[system]))
  if (missing === undefined) return undefined
  const needed = missing[system]
  const who = needed === NEVER ? 'the agent of assist' : `version ${needed} of the agent, or that of assist`
  return `${missing.name} needs ${who}; this instance runs version ${quote(agent.agent_version)}.`
}

function usesBuiltIn({content, enable_parameter}: AskedTask, name: string): boolean {
  return enable_parameter === 1 && builtInNames(content).includes(name)
}

/** A version that cannot be read is taken for an old one: what it cannot do would be left out in silence. */
function isAtLeast(version: string, needed: string): boolean {
  if (needed === NEVER || !/^\d+(\.\d+)*$/.test(version)) return false
  const [given, least] = [version, needed].map((text) => text.split('.').map(Number))
  for (const [index, part] of (least ?? []).entries()) {
    const difference = (given?.[index] ?? 0) - part
    if (difference !== 0) return difference > 0
  }
  return true
}
