import {createActivation} from './create-activation.ts'
import {createCommand} from './create-command.ts'
import {deleteActivation} from './delete-activation.ts'
import {deleteCommand} from './delete-command.ts'
import {deregisterManagedInstance} from './deregister-managed-instance.ts'
import {describeActivations} from './describe-activations.ts'
import {describeCloudAssistantStatus} from './describe-cloud-assistant-status.ts'
import {describeCommands} from './describe-commands.ts'
import {describeInstances} from './describe-instances.ts'
import {describeInvocationResults} from './describe-invocation-results.ts'
import {describeInvocations} from './describe-invocations.ts'
import {describeManagedInstances} from './describe-managed-instances.ts'
import {describeRegions} from './describe-regions.ts'
import {disableActivation} from './disable-activation.ts'
import {invokeCommand} from './invoke-command.ts'
import {modifyCommand} from './modify-command.ts'
import {modifyManagedInstance} from './modify-managed-instance.ts'
import type {Operation} from './operation.ts'
import {runCommand} from './run-command.ts'
import {stopInvocation} from './stop-invocation.ts'

/** What this server can do, by action. A map, so that no action name reaches into a prototype. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['CreateActivation', createActivation],
  ['CreateCommand', createCommand],
  ['DeleteActivation', deleteActivation],
  ['DeleteCommand', deleteCommand],
  ['DeregisterManagedInstance', deregisterManagedInstance],
  ['DescribeActivations', describeActivations],
  ['DescribeCloudAssistantStatus', describeCloudAssistantStatus],
  ['DescribeCommands', describeCommands],
  ['DescribeInstances', describeInstances],
  ['DescribeInvocationResults', describeInvocationResults],
  ['DescribeInvocations', describeInvocations],
  ['DescribeManagedInstances', describeManagedInstances],
  ['DescribeRegions', describeRegions],
  ['DisableActivation', disableActivation],
  ['InvokeCommand', invokeCommand],
  ['ModifyCommand', modifyCommand],
  ['ModifyManagedInstance', modifyManagedInstance],
  ['RunCommand', runCommand],
  ['StopInvocation', stopInvocation],
])
