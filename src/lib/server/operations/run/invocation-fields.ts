import type {z} from 'zod'
import {LIMITS} from '../../../protocol/ecs/limits.ts'
import {REPEAT_MODES} from '../../../protocol/script.ts'
import {choice, clientToken, filter, flag, resourceGroupId, texts} from '../parts/fields.ts'
import {tagFields} from '../parts/tags.ts'
import {launcherField, timeoutField, workingDirField} from '../script/command-fields.ts'

/** Agents hand the name to programs, some of them to a shell. What stands for a command there is in no name of an account. */
const USERNAME = /^[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_.@+ \\-]*[\p{L}\p{M}\p{N}_.@+-])?\$?$/u

/** What RunCommand and InvokeCommand have in common: on which instances, when, as whom, with which values. */
export function invocationFields() {
  return {
    ClientToken: clientToken(),
    InstanceId: texts('InstanceId', {items: LIMITS.instancesPerInvocation, code: 'InstanceIds.ExceedLimit'}),
    ResourceTag: tagFields('ResourceTag'),
    Parameters: filter('Parameters'),
    RepeatMode: choice('RepeatMode', REPEAT_MODES, 'InvalidRepeatMode.NotFound'),
    Frequency: filter('Frequency'),
    Timed: flag('Timed'),
    Timeout: timeoutField(),
    WorkingDir: workingDirField(),
    Launcher: launcherField(),
    Username: filter('Username', {
      max: {characters: LIMITS.usernameCharacters, code: 'Username.ExceedLimit'},
      pattern: {
        is: USERNAME,
        code: 'InvalidParameter.Username',
        say: 'the name of an account: letters, digits, _ . @ + - and, between them, blanks',
      },
    }),
    WindowsPasswordName: filter('WindowsPasswordName', {
      max: {characters: LIMITS.windowsPasswordNameCharacters, code: 'WindowsPasswordName.ExceedLimit'},
      clean: {code: 'InvalidParameter.WindowsPasswordName'},
    }),
    ContainerId: filter('ContainerId', {
      pattern: {
        is: /^((docker|containerd|cri-o):\/\/)?[0-9A-Fa-f]{64}$/,
        code: 'InvalidContainerId.Malformed',
        say: '64 hexadecimal digits, after docker://, containerd:// or cri-o:// if need be',
      },
    }),
    ContainerName: filter('ContainerName', {
      pattern: {
        is: /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/,
        code: 'InvalidContainerName.Malformed',
        say: 'letters, digits, ., _ and -, at most 255',
      },
    }),
    TerminationMode: choice('TerminationMode', ['Process', 'ProcessTree'], 'InvalidTerminationMode.NotFound'),
    OssOutputDelivery: filter('OssOutputDelivery', {
      pattern: {
        is: /^$/,
        code: 'InvalidParameter.OssOutputDelivery',
        say: 'left out: this server delivers no output to OSS',
      },
    }),
    ResourceGroupId: resourceGroupId(),
    Tag: tagFields('Tag'),
  }
}

type Output<T> = {[K in keyof T]: T[K] extends z.ZodType ? z.output<T[K]> : never}
export type InvocationInput = Output<ReturnType<typeof invocationFields>>
