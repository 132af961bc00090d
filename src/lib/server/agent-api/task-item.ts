import {parseRecord, strings} from '../../core/json.ts'
import type {WireOutputRules, WireTaskItem} from '../../protocol/agent/task-list.ts'
import {LIMITS} from '../../protocol/ecs/limits.ts'
import type {WireRepeat} from '../../protocol/repeat.ts'
import {substituteParameters} from '../../protocol/script.ts'
import {parseSchedule} from '../../schedule/parse.ts'
import {encodeWireSchedule} from '../../schedule/wire.ts'
import type {Offer} from '../store/runs/deliver.ts'
import type {StopOffer} from '../store/runs/stops.ts'
import type {InstanceRow} from '../store/schema.ts'

type Receiver = Pick<InstanceRow, 'instance_id' | 'name' | 'region_id' | 'account_id' | 'strong'>

/** A task as it goes out. @throws ScheduleError when its frequency cannot be read. */
export function encodeItem(offer: Offer, instance: Receiver): WireTaskItem {
  const {repeat, cron} = repeatOf(offer)
  return {
    task: {
      taskID: offer.invoke_id,
      type: offer.command_type,
      commandId: offer.command_id,
      // Official agents put it into a file name and that into a shell line.
      commandName: '',
      commandContent: Buffer.from(scriptOf(offer), 'utf8').toString('base64'),
      timeOut: String(offer.timeout_sec),
      workingDirectory: offer.working_dir || null,
      username: accountOf(offer, instance),
      windowsPasswordName: offer.windows_password_name || null,
      cron,
      args: null,
      enableParameter: offer.enable_parameter === 1,
      builtInParameter: {
        RegionId: offer.region_id,
        AccountId: offer.account_id,
        InstanceId: instance.instance_id,
        InstanceName: instance.name,
        InvokeId: offer.invoke_id,
        CommandId: offer.command_id,
      },
      invokeVersion: offer.invoke_version,
      creationTime: offer.created_at_ms,
      containerId: offer.container_id,
      containerName: offer.container_name,
      launcher: offer.launcher,
      terminationMode: offer.termination_mode,
    },
    output: outputRules(instance),
    repeat,
  }
}

/** Only ids, version and repeat matter; the repeat must be told, because agents keep schedules in a table of their own. */
export function encodeStop(stop: StopOffer, instance: Receiver): WireTaskItem {
  return {
    task: {
      taskID: stop.invoke_id,
      type: stop.command_type,
      commandId: stop.command_id,
      commandName: '',
      commandContent: '',
      timeOut: '0',
      workingDirectory: null,
      username: null,
      windowsPasswordName: null,
      cron: null,
      args: null,
      enableParameter: false,
      builtInParameter: {},
      invokeVersion: stop.invoke_version,
      creationTime: stop.created_at_ms,
      containerId: '',
      containerName: '',
    },
    output: outputRules(instance),
    repeat: readableRepeat(stop),
  }
}

/** Official agents always are root, and look for the account of that name in a way that does not find it. */
function accountOf({username}: Offer, {strong}: Receiver): string | null {
  if (username === '' || (strong === 0 && username === 'root')) return null
  return username
}

function scriptOf(offer: Offer): string {
  if (offer.enable_parameter === 0) return offer.content
  const stored = parseRecord(offer.parameters_json || '{}')
  if (stored === undefined) throw new Error('The stored parameters cannot be read.')
  const values = strings(stored)
  return substituteParameters(offer.content, new Map(values.map(([name, value]) => [name.toLowerCase(), value])))
}

type Repeating = Pick<Offer, 'repeat_mode' | 'frequency'>

function repeatOf({repeat_mode, frequency}: Repeating): {repeat: WireRepeat; cron: string | null} {
  if (repeat_mode === 'Period') {
    const {repeat, text} = encodeWireSchedule(parseSchedule(frequency))
    return {repeat, cron: text}
  }
  return {repeat: repeat_mode === 'DryRun' ? 'Once' : repeat_mode, cron: null}
}

/** A stop must go out even if the frequency makes no sense to us any more. */
function readableRepeat(stop: Repeating): WireRepeat {
  try {
    return repeatOf(stop).repeat
  } catch {
    return 'Period'
  }
}

function outputRules({strong}: Receiver): WireOutputRules {
  return {interval: strong === 1 ? 200 : 1000, logQuota: LIMITS.outputBytes, skipEmpty: true, sendStart: true}
}
