import {z} from 'zod'
import type {Fields} from '../../../protocol/ecs/fields.ts'
import {COMMAND_FILTER} from '../../../protocol/ecs/parameters/command.ts'
import {TAGS} from '../../../protocol/ecs/parameters/tags.ts'
import {parameterNames} from '../../../protocol/script.ts'
import {commandKeys, readCommands} from '../../store/commands.ts'
import {keySourceOf, readPage} from '../../store/pages.ts'
import type {CommandRow} from '../../store/schema.ts'
import {readTags, type Tag} from '../../store/tags.ts'
import {operation} from '../operation.ts'
import {type AnswerEncoding, answerEncoding, encodeBytes, isoTime} from '../parts/encoding.ts'
import {choice, filter, resourceGroupId} from '../parts/fields.ts'
import {pageFields, pageRequest, pagingFields} from '../parts/paging.ts'
import {tagFields, tagsView} from '../parts/tags.ts'

export const describeCommands = operation(
  z.object({
    CommandId: filter('CommandId'),
    Name: filter(COMMAND_FILTER.name),
    Description: filter(COMMAND_FILTER.description),
    Type: choice(COMMAND_FILTER.type),
    Provider: filter('Provider'),
    ContentEncoding: answerEncoding(),
    ResourceGroupId: resourceGroupId(),
    Tag: tagFields(TAGS.tag),
    ...pagingFields(),
  }),
  async (call, input) => {
    const db = call.deps.db.read
    const request = pageRequest(call, input)
    const filterBy = {
      accountId: call.accountId,
      regionId: call.regionId,
      commandId: input.CommandId,
      name: input.Name,
      description: input.Description,
      type: input.Type,
      resourceGroupId: input.ResourceGroupId,
      tags: input.Tag,
    }
    // With a provider, public commands are meant; we publish none.
    const page = await readPage(request, input.Provider ? keySourceOf([]) : commandKeys(db, filterBy))
    const ids = page.keys.map((key) => key.id)
    const [commands, tags] = [await readCommands(db, ids), await readTags(db, 'command', ids)]
    return {
      ...pageFields(call, request, page),
      Commands: {Command: commands.map((row) => commandView(row, tags.get(row.command_id), input.ContentEncoding))},
    }
  },
)

function commandView(row: CommandRow, tags: readonly Tag[] | undefined, encoding: AnswerEncoding): Fields {
  return {
    CommandId: row.command_id,
    Name: row.name,
    Description: row.description,
    Type: row.type,
    CommandContent: encodeBytes(row.content, encoding),
    WorkingDir: row.working_dir,
    Timeout: row.timeout_sec,
    EnableParameter: row.enable_parameter === 1,
    ParameterNames: {ParameterName: row.enable_parameter === 1 ? parameterNames(row.content) : []},
    Launcher: row.launcher,
    ResourceGroupId: row.resource_group_id,
    InvokeTimes: row.invoke_times,
    CreationTime: isoTime(row.created_at_ms),
    Tags: tagsView(tags),
  }
}
