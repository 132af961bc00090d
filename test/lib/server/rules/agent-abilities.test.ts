import {describe, expect, it} from 'vitest'
import {type AgentFacts, type AskedTask, missingAbility} from '../../../../src/lib/server/rules/agent-abilities.ts'

const PLAIN: AskedTask = {
  content: 'echo hi',
  enable_parameter: 0,
  username: '',
  launcher: '',
  termination_mode: '',
  container_id: '',
  container_name: '',
  repeat_mode: 'Once',
}
const OFFICIAL: AgentFacts = {strong: 0, os_type: 'linux', agent_version: '2.2.3.578'}

describe('missingAbility', () => {
  it.each<{name: string; task?: Partial<AskedTask>; agent?: Partial<AgentFacts>; says: string | undefined}>([
    {name: 'gives a plain script to any agent', agent: {agent_version: '1.0'}, says: undefined},
    {
      name: 'gives no launcher to an official agent',
      task: {launcher: 'python3 -u'},
      says: 'Launcher needs the agent of assist',
    },
    {name: 'gives a launcher to ours', task: {launcher: 'python3 -u'}, agent: {strong: 1}, says: undefined},
    {
      name: 'promises no end of a tree by an official agent',
      task: {termination_mode: 'ProcessTree'},
      says: 'ProcessTree needs',
    },
    {name: 'lets it end one process', task: {termination_mode: 'Process'}, says: undefined},
    {name: 'knows who can run as a user', task: {username: 'bob'}, says: undefined},
    {
      name: 'knows who cannot',
      task: {username: 'bob'},
      agent: {agent_version: '2.2.0.105'},
      says: 'Username needs version 2.2.0.106 of the agent, or that of assist; this instance runs version "2.2.0.105".',
    },
    {
      name: 'counts versions of Windows apart',
      task: {username: 'bob'},
      agent: {os_type: 'Windows', agent_version: '2.1.0.50'},
      says: undefined,
    },
    {
      name: 'keeps schedules from old agents',
      task: {repeat_mode: 'Period'},
      agent: {agent_version: '2.2.3.281'},
      says: '2.2.3.282',
    },
    {
      name: 'keeps containers from Windows',
      task: {container_name: 'web'},
      agent: {os_type: 'windows'},
      says: 'containers needs',
    },
    {
      name: 'looks for built-in names where they are filled',
      task: {content: '{{ACS::InstanceName}}', enable_parameter: 1},
      agent: {agent_version: '2.2.3.343'},
      says: '2.2.3.344',
    },
    {
      name: 'and nowhere else',
      task: {content: '{{ACS::InstanceName}}'},
      agent: {agent_version: '2.2.3.343'},
      says: undefined,
    },
    {
      name: 'trusts no version that it cannot read',
      task: {username: 'bob'},
      agent: {agent_version: 'new'},
      says: '2.2.0.106',
    },
  ])('$name', ({task = {}, agent = {}, says}) => {
    const missing = missingAbility({...PLAIN, ...task}, {...OFFICIAL, ...agent})
    if (says === undefined) expect(missing).toBeUndefined()
    else expect(missing).toContain(says)
  })
})
