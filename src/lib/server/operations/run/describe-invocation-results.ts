import {z} from 'zod'
import {Fault} from '../../../protocol/ecs/faults.ts'
import type {Fields} from '../../../protocol/ecs/fields.ts'
import {TAGS} from '../../../protocol/ecs/parameters/tags.ts'
import {FINAL_TASK_STATES, type TaskState} from '../../../protocol/ecs/status.ts'
import {readPage} from '../../store/pages.ts'
import {readInvocations, readProgress} from '../../store/runs/invocations.ts'
import {type ResultFilter, resultKeys, roundKeys, splitResultId} from '../../store/runs/result-keys.ts'
import {readResults, readRounds, type TaskResult} from '../../store/runs/task-results.ts'
import type {InvocationRow} from '../../store/schema.ts'
import {readTags, type Tag} from '../../store/tags.ts'
import {operation} from '../operation.ts'
import {type AnswerEncoding, answerEncoding, encodeBytes} from '../parts/encoding.ts'
import {choice, filter, flag, resourceGroupId} from '../parts/fields.ts'
import {pageFields, pageRequest, pagingFields} from '../parts/paging.ts'
import {tagFields, tagsView} from '../parts/tags.ts'
import {followFields} from './follow-fields.ts'
import {followedOutputs, noteFollower} from './follow-output.ts'
import {holdUntilChanged} from './hold.ts'
import {viewTask} from './task-view.ts'

const FAILED: TaskState[] = FINAL_TASK_STATES.filter((state) => !['Success', 'Stopped', 'Cancelled'].includes(state))

/** What the legacy words mean for one instance. PartialFailed says nothing about one. */
const STATES_OF_FILTER = {
  Running: ['Pending', 'Delivered', 'Scheduled', 'Running'],
  Finished: [...FINAL_TASK_STATES],
  Success: ['Success'],
  Failed: FAILED,
  PartialFailed: [],
  Stopped: ['Stopped', 'Cancelled'],
  Stopping: ['Stopping'],
} as const satisfies Record<string, readonly TaskState[]>
const FILTERS = Object.keys(STATES_OF_FILTER) as Array<keyof typeof STATES_OF_FILTER>

/** One result per instance, newest first; with IncludeHistory one per round. What has no result yet is listed with its status. */
export const describeInvocationResults = operation(
  z.object({
    InvokeId: filter('InvokeId'),
    InstanceId: filter('InstanceId'),
    CommandId: filter('CommandId'),
    InvokeRecordStatus: choice({
      name: 'InvokeRecordStatus',
      values: FILTERS,
      code: 'InvalidParameter.InvokeRecordStatus',
    }),
    IncludeHistory: flag('IncludeHistory'),
    ContentEncoding: answerEncoding(),
    ResourceGroupId: resourceGroupId(),
    Tag: tagFields(TAGS.tag),
    ...followFields(),
    ...pagingFields(),
  }),
  async (call, input) => {
    const db = call.deps.db.read
    const asRounds = input.IncludeHistory === true
    if (asRounds && !input.InvokeId) throw new Fault('MissingParameter.InvokeId', 'IncludeHistory needs an InvokeId.')
    const request = pageRequest(call, input)
    const following = await noteFollower(call, input)
    const held = following?.hasNews ? {...call, hold: {waitMs: 0, since: undefined}} : call
    const version = await holdUntilChanged(held, input.InvokeId, (id) => readProgress(db, call, id))
    const filterBy: ResultFilter = {
      accountId: call.accountId,
      regionId: call.regionId,
      invokeId: input.InvokeId,
      instanceId: input.InstanceId,
      commandId: input.CommandId,
      resourceGroupId: input.ResourceGroupId,
      states: input.InvokeRecordStatus && STATES_OF_FILTER[input.InvokeRecordStatus],
      tags: input.Tag,
    }
    const invokeId = input.InvokeId ?? ''
    const source = asRounds ? roundKeys(db, {...filterBy, invokeId}) : resultKeys(db, filterBy)
    const page = await readPage(request, source)
    const results = asRounds
      ? await readRounds(
          db,
          page.keys.map((key) => ({invokeId, instanceId: key.id, startMs: key.at})),
        )
      : await readResults(
          db,
          page.keys.map((key) => splitResultId(key.id)),
        )
    const ids = [...new Set(results.map((result) => result.invoke_id))]
    const rows = new Map((await readInvocations(db, ids)).map((row) => [row.invoke_id, row]))
    const tags = await readTags(db, 'invocation', ids)
    const views = results.flatMap((result) => {
      const row = rows.get(result.invoke_id)
      return row
        ? [
            resultView(result, row, tags.get(row.invoke_id), {
              encoding: input.ContentEncoding,
              asRound: asRounds,
              isExact: call.hold !== undefined,
              isFollowed: following?.look.positions.has(result.instance_id) === true,
            }),
          ]
        : []
    })
    return {
      Invocation: {...pageFields(call, request, page), InvocationResults: {InvocationResult: views}},
      ...(following && (await followedOutputs(call, following))),
      ...version,
    }
  },
)

function resultView(
  result: TaskResult,
  row: InvocationRow,
  tags: readonly Tag[] | undefined,
  shown: {encoding: AnswerEncoding; asRound: boolean; isExact: boolean; isFollowed: boolean},
): Fields {
  const view = viewTask(result, row, shown.asRound)
  return {
    InvokeId: row.invoke_id,
    CommandId: row.command_id,
    InstanceId: result.instance_id,
    InvocationStatus: view.status,
    InvokeRecordStatus: view.legacyStatus,
    StartTime: view.startTime,
    FinishedTime: view.finishTime,
    StopTime: view.stopTime,
    Repeats: shown.asRound ? (result.round ?? 0) : result.rounds,
    ExitCode: view.exitCode,
    Dropped: view.dropped,
    ...(!shown.isFollowed && {
      Output: encodeBytes(shown.isExact ? view.output : view.markedOutput, shown.encoding),
    }),
    ...view.error,
    Username: row.username,
    Launcher: row.launcher,
    TerminationMode: row.termination_mode,
    ContainerId: row.container_id,
    ContainerName: row.container_name,
    OssOutputDelivery: row.oss_output_delivery,
    Tags: tagsView(tags),
  }
}
