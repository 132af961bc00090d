import {SCRIPT_TYPES} from '../../script.ts'
import type {ParameterTable} from './rules.ts'

/** A command, whether it is stored or used at once. What a script itself may be stands in script.ts. */
export const COMMAND = {
  name: {
    name: 'Name',
    limit: {size: 128, unit: 'characters', code: 'CmdName.ExceedLimit'},
    clean: {code: 'InvalidParameterCharacter.CommandName'},
  },
  type: {name: 'Type', values: SCRIPT_TYPES, code: 'InvalidCmdType.NotFound'},
  description: {
    name: 'Description',
    limit: {size: 512, unit: 'characters', code: 'CmdDesc.ExceedLimit'},
    clean: {code: 'InvalidParameterCharacter.CommandDescription', allow: 'lines'},
  },
  workingDir: {
    name: 'WorkingDir',
    limit: {size: 200, unit: 'characters', code: 'InvalidParameter.WorkingDir'},
    clean: {code: 'InvalidParameterCharacter.CommandWorkingDir'},
  },
  /**
   * Seconds. Out of range is refused rather than changed: a script that is ended early or late does harm. The API text gives no
   * maximum; a day keeps a forgotten script from running for ever.
   */
  timeout: {name: 'Timeout', min: 10, max: 86_400, default: 60, code: 'InvalidTimeout.ExceedLimit'},
  launcher: {
    name: 'Launcher',
    limit: {size: 1024, unit: 'bytes', code: 'InvalidLauncher.LengthLimitExceeded'},
    clean: {code: 'InvalidParameter.Launcher'},
  },
} as const satisfies ParameterTable

/** The same as filters of a list, which are refused by other codes. */
export const COMMAND_FILTER = {
  name: {name: 'Name', limit: {...COMMAND.name.limit, code: 'InvalidName.LengthLimitExceeded'}},
  description: {
    name: 'Description',
    limit: {...COMMAND.description.limit, code: 'InvalidDescription.LengthLimitExceeded'},
  },
  type: {name: 'Type', values: SCRIPT_TYPES, code: 'InvalidCommandType.NotFound'},
} as const satisfies ParameterTable
