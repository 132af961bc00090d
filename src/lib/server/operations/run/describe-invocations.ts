import {z} from 'zod'
import type {Fields} from '../../../protocol/ecs/fields.ts'
import {INVOCATION_FILTER} from '../../../protocol/ecs/parameters/invocation.ts'
import {TAGS} from '../../../protocol/ecs/parameters/tags.ts'
import {instanceStatus, legacyOverallStatus, overallStatus} from '../../../protocol/ecs/status.ts'
import {readPage} from '../../store/pages.ts'
import {invocationKeys, STATUS_FILTERS} from '../../store/runs/invocation-keys.ts'
import {readInvocations, readProgress} from '../../store/runs/invocations.ts'
import {readTasksOf, type TaskResult} from '../../store/runs/task-results.ts'
import type {InvocationRow} from '../../store/schema.ts'
import {readTags, type Tag} from '../../store/tags.ts'
import {operation} from '../operation.ts'
import {type AnswerEncoding, answerEncoding, encodeBytes, isoTime} from '../parts/encoding.ts'
import {choice, filter, flag, resourceGroupId} from '../parts/fields.ts'
import {pageFields, pageRequest, pagingFields} from '../parts/paging.ts'
import {tagFields, tagsView} from '../parts/tags.ts'
import {holdUntilChanged} from './hold.ts'
import {runsAgain, viewTask} from './task-view.ts'

/**
 * Newest first. Without Timed everything is listed: the documented default, taken literally, would hide recurring invocations from
 * whoever does not know the parameter, and the documentation itself calls that unverified.
 */
export const describeInvocations = operation(
  z.object({
    InvokeId: filter('InvokeId'),
    InstanceId: filter('InstanceId'),
    CommandId: filter('CommandId'),
    CommandName: filter('CommandName'),
    CommandType: choice(INVOCATION_FILTER.commandType),
    InvokeStatus: choice({name: 'InvokeStatus', values: STATUS_FILTERS, code: 'InvalidParameter.InvokeStatus'}),
    RepeatMode: choice(INVOCATION_FILTER.repeatMode),
    Timed: flag('Timed'),
    IncludeOutput: flag('IncludeOutput'),
    ContentEncoding: answerEncoding(),
    ResourceGroupId: resourceGroupId(),
    Tag: tagFields(TAGS.tag),
    ...pagingFields(),
  }),
  async (call, input) => {
    const db = call.deps.db.read
    const request = pageRequest(call, input)
    const version = await holdUntilChanged(call, input.InvokeId, (id) => readProgress(db, call, id))
    const onInstance = input.InstanceId !== undefined
    const page = await readPage(
      request,
      invocationKeys(db, {
        accountId: call.accountId,
        regionId: call.regionId,
        invokeId: input.InvokeId,
        instanceId: input.InstanceId,
        commandId: input.CommandId,
        // Documented: these have no effect beside an instance.
        commandName: onInstance ? undefined : input.CommandName,
        repeatMode: onInstance ? undefined : input.RepeatMode,
        status: onInstance && input.InvokeStatus === 'PartialFailed' ? undefined : input.InvokeStatus,
        commandType: input.CommandType,
        resourceGroupId: input.ResourceGroupId,
        timed: input.Timed,
        tags: input.Tag,
      }),
    )
    const ids = page.keys.map((key) => key.id)
    const withOutput = input.IncludeOutput === true && (onInstance || input.InvokeId !== undefined)
    const outputOf = !withOutput ? 'none' : input.InstanceId ? {instanceId: input.InstanceId} : 'all'
    const tasks = byInvocation(await readTasksOf(db, ids, outputOf))
    const tags = await readTags(db, 'invocation', ids)
    const shown = {
      encoding: input.ContentEncoding,
      withOutput,
      instanceId: input.InstanceId,
      isExact: call.hold !== undefined,
    }
    const rows = await readInvocations(db, ids)
    return {
      ...pageFields(call, request, page),
      ...version,
      Invocations: {
        Invocation: rows.map((row) =>
          invocationView(row, tasks.get(row.invoke_id) ?? [], tags.get(row.invoke_id), shown),
        ),
      },
    }
  },
)

function byInvocation(tasks: readonly TaskResult[]): Map<string, TaskResult[]> {
  const groups = new Map<string, TaskResult[]>()
  for (const task of tasks) {
    const group = groups.get(task.invoke_id)
    if (group) group.push(task)
    else groups.set(task.invoke_id, [task])
  }
  return groups
}

interface Shown {
  encoding: AnswerEncoding
  withOutput: boolean
  /** Are positions in the output reckoned with? Then there is no mark where bytes are missing. */
  isExact: boolean
  instanceId: string | undefined
}

/** The statuses are those of the whole invocation, also where only one instance is shown. */
function invocationView(
  row: InvocationRow,
  tasks: readonly TaskResult[],
  tags: readonly Tag[] | undefined,
  shown: Shown,
): Fields {
  const statuses = tasks.map((task) => instanceStatus(task.state))
  const visible = tasks.filter((task) => shown.instanceId === undefined || task.instance_id === shown.instanceId)
  return {
    InvokeId: row.invoke_id,
    CommandId: row.command_id,
    CommandName: row.command_name,
    CommandDescription: row.command_description,
    CommandType: row.command_type,
    CommandContent: encodeBytes(row.content, shown.encoding),
    CreationTime: isoTime(row.created_at_ms),
    Frequency: row.frequency,
    RepeatMode: row.repeat_mode,
    Timed: tasks.some((task) => runsAgain(row, task.state)),
    Timeout: row.timeout_sec,
    InvocationStatus: overallStatus(statuses),
    InvokeStatus: legacyOverallStatus(statuses),
    Parameters: row.parameters_json,
    Username: row.username,
    WorkingDir: row.working_dir,
    Launcher: row.launcher,
    TerminationMode: row.termination_mode,
    ContainerId: row.container_id,
    ContainerName: row.container_name,
    OssOutputDelivery: row.oss_output_delivery,
    Tags: tagsView(tags),
    InvokeInstances: {InvokeInstance: visible.map((task) => instanceView(row, task, shown))},
  }
}

function instanceView(row: InvocationRow, task: TaskResult, {encoding, withOutput, isExact}: Shown): Fields {
  const view = viewTask(task, row, false)
  return {
    InstanceId: task.instance_id,
    InvocationStatus: view.status,
    InstanceInvokeStatus: view.legacyStatus,
    CreationTime: isoTime(task.created_at_ms),
    UpdateTime: isoTime(task.updated_at_ms),
    StartTime: view.startTime,
    FinishTime: view.finishTime,
    StopTime: view.stopTime,
    Timed: runsAgain(row, task.state),
    Repeats: task.rounds,
    ExitCode: view.exitCode,
    Dropped: view.dropped,
    Output: withOutput ? encodeBytes(isExact ? view.output : view.markedOutput, encoding) : undefined,
    ...view.error,
  }
}
