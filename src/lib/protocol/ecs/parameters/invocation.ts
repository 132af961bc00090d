import {REPEAT_MODES} from '../../repeat.ts'
import {SCRIPT_TYPES} from '../../script.ts'
import type {ParameterTable} from './rules.ts'
import {SCRIPT} from './script.ts'

/** One use of a command: when, as whom, with which values. On which instances stands in targets.ts. */
export const INVOCATION = {
  repeatMode: {name: 'RepeatMode', values: REPEAT_MODES, code: 'InvalidRepeatMode.NotFound'},
  frequency: {name: 'Frequency', limit: {size: 512, unit: 'characters', code: 'InvalidParam.Frequency'}},
  username: {
    name: 'Username',
    limit: {size: 255, unit: 'characters', code: 'Username.ExceedLimit'},
    pattern: {
      // Agents hand the name to programs, some of them to a shell. What stands for a command there is in no name of an account.
      is: /^[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_.@+ \\-]*[\p{L}\p{M}\p{N}_.@+-])?\$?$/u,
      code: 'InvalidParameter.Username',
      say: 'the name of an account: letters, digits, _ . @ + - and, between them, blanks',
    },
  },
  windowsPasswordName: {
    name: 'WindowsPasswordName',
    limit: {size: 255, unit: 'characters', code: 'WindowsPasswordName.ExceedLimit'},
    clean: {code: 'InvalidParameter.WindowsPasswordName'},
  },
  containerId: {
    name: 'ContainerId',
    pattern: {
      is: /^((docker|containerd|cri-o):\/\/)?[0-9A-Fa-f]{64}$/,
      code: 'InvalidContainerId.Malformed',
      say: '64 hexadecimal digits, after docker://, containerd:// or cri-o:// if need be',
    },
  },
  containerName: {
    name: 'ContainerName',
    pattern: {
      is: /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/,
      code: 'InvalidContainerName.Malformed',
      say: 'letters, digits, ., _ and -, at most 255',
    },
  },
  terminationMode: {
    name: 'TerminationMode',
    values: ['Process', 'ProcessTree'],
    code: 'InvalidTerminationMode.NotFound',
  },
  ossOutputDelivery: {
    name: 'OssOutputDelivery',
    pattern: {
      is: /^$/,
      code: 'InvalidParameter.OssOutputDelivery',
      say: 'left out: this server delivers no output to OSS',
    },
  },
  /** Names and values for the placeholders of the script. */
  parameters: {name: 'Parameters', items: 10, code: 'ParameterCount.ExceedLimit'},
} as const satisfies ParameterTable

/** The name of one of `Parameters`. */
export const PARAMETER_NAME = {characters: SCRIPT.placeholderName.bytes, code: 'ParameterKey.ExceedLimit'} as const

/** Filters of the list of invocations. */
export const INVOCATION_FILTER = {
  commandType: {name: 'CommandType', values: SCRIPT_TYPES, code: 'InvalidParameter.CommandType'},
  repeatMode: {name: 'RepeatMode', values: REPEAT_MODES, code: 'InvalidParameter.RepeatMode'},
} as const satisfies ParameterTable
