import type {z} from 'zod'
import {COMMAND} from '../../../protocol/ecs/parameters/command.ts'
import {FOLLOW} from '../../../protocol/ecs/parameters/follow.ts'
import {INVOCATION} from '../../../protocol/ecs/parameters/invocation.ts'
import {TAGS} from '../../../protocol/ecs/parameters/tags.ts'
import {TARGETS} from '../../../protocol/ecs/parameters/targets.ts'
import {choice, clientToken, filter, flag, integer, resourceGroupId, text, texts} from '../parts/fields.ts'
import {tagFields} from '../parts/tags.ts'

/** What RunCommand and InvokeCommand have in common: on which instances, when, as whom, with which values. */
export function invocationFields() {
  return {
    ClientToken: clientToken(),
    InstanceId: texts(TARGETS.run),
    ResourceTag: tagFields(TAGS.resourceTag),
    Parameters: filter(INVOCATION.parameters.name),
    RepeatMode: choice(INVOCATION.repeatMode),
    // How long it may be is checked with what it says.
    Frequency: filter(INVOCATION.frequency.name),
    Timed: flag('Timed'),
    Timeout: integer(COMMAND.timeout),
    WorkingDir: text(COMMAND.workingDir),
    Launcher: text(COMMAND.launcher),
    Username: filter(INVOCATION.username),
    WindowsPasswordName: filter(INVOCATION.windowsPasswordName),
    ContainerId: filter(INVOCATION.containerId),
    ContainerName: filter(INVOCATION.containerName),
    TerminationMode: choice(INVOCATION.terminationMode),
    OssOutputDelivery: filter(INVOCATION.ossOutputDelivery),
    ResourceGroupId: resourceGroupId(),
    Tag: tagFields(TAGS.tag),
    AssistFollower: filter(FOLLOW.follower),
  }
}

type Output<T> = {[K in keyof T]: T[K] extends z.ZodType ? z.output<T[K]> : never}
export type InvocationInput = Output<ReturnType<typeof invocationFields>>
