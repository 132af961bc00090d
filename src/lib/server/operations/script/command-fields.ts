import {LIMITS} from '../../../protocol/ecs/limits.ts'
import {integer, text} from '../parts/fields.ts'

// What CreateCommand, ModifyCommand, RunCommand and InvokeCommand have in common.

export const nameField = () =>
  text('Name', {
    max: {characters: LIMITS.commandNameCharacters, code: 'CmdName.ExceedLimit'},
    clean: {code: 'InvalidParameterCharacter.CommandName'},
  })

export const descriptionField = () =>
  text('Description', {
    max: {characters: LIMITS.descriptionCharacters, code: 'CmdDesc.ExceedLimit'},
    clean: {code: 'InvalidParameterCharacter.CommandDescription', allow: 'lines'},
  })

export const workingDirField = () =>
  text('WorkingDir', {
    max: {characters: LIMITS.workingDirCharacters, code: 'InvalidParameter.WorkingDir'},
    clean: {code: 'InvalidParameterCharacter.CommandWorkingDir'},
  })

export const launcherField = () =>
  text('Launcher', {
    max: {bytes: LIMITS.launcherBytes, code: 'InvalidLauncher.LengthLimitExceeded'},
    clean: {code: 'InvalidParameter.Launcher'},
  })

/** Seconds. Out of range is refused rather than changed: a script that is ended early or late does harm. */
export const timeoutField = () =>
  integer('Timeout', {min: LIMITS.timeoutMinSec, max: LIMITS.timeoutMaxSec, code: 'InvalidTimeout.ExceedLimit'})
