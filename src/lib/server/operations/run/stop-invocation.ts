import {z} from 'zod'
import {quote} from '../../../core/quote.ts'
import {Fault, shortName} from '../../../protocol/ecs/faults.ts'
import {TARGETS} from '../../../protocol/ecs/parameters/targets.ts'
import type {ParameterTree} from '../../../protocol/ecs/parameters/tree.ts'
import {readVersion, taskInstances} from '../../store/runs/invocations.ts'
import {requestStop} from '../../store/runs/stop.ts'
import {operation} from '../operation.ts'
import {requiredText, texts} from '../parts/fields.ts'
import {write} from '../parts/write.ts'

/** A misspelt InstanceId would otherwise stop the invocation everywhere. */
function checkNames(tree: ParameterTree): void {
  const unknown = Object.keys(tree).find((name) => /^instance/i.test(name) && name !== 'InstanceId')
  if (unknown === undefined) return
  const name = shortName(unknown)
  throw new Fault(
    `InvalidParameter.${name}`,
    `There is no parameter ${name}; instances are named by InstanceId.1, InstanceId.2, ….`,
  )
}

/** What runs is ended too, not only what has yet to start. A second stop, or one of a finished invocation, changes nothing. */
export const stopInvocation = operation(
  z.object({
    InvokeId: requiredText('InvokeId'),
    InstanceId: texts(TARGETS.stop),
  }),
  async (call, {InvokeId: invokeId, InstanceId: instanceIds}) =>
    write(call, undefined, async (tx) => {
      checkNames(call.tree)
      if ((await readVersion(tx, call, invokeId)) === undefined) throw new Fault('InvalidInvokeId.NotFound')
      const all = await taskInstances(tx, invokeId)
      const foreign = instanceIds.find((id) => !all.includes(id))
      if (foreign !== undefined) {
        throw new Fault('InvalidInstanceId.NotFound', `The invocation does not run on ${quote(foreign)}.`)
      }
      const wanted = instanceIds.length > 0 ? instanceIds : undefined
      const stopped = await requestStop(tx, {invokeId, instanceIds: wanted, nowMs: call.nowMs})
      return {
        fields: {},
        targets: [invokeId, ...instanceIds],
        afterCommit: () => {
          for (const id of stopped.instanceIds) call.deps.kicker.kick(id, {kind: 'stop', taskId: invokeId})
          call.deps.changes.notify(invokeId)
        },
      }
    }),
)
