import {createActivation} from './fleet/create-activation.ts'
import {deleteActivation} from './fleet/delete-activation.ts'
import {deregisterManagedInstance} from './fleet/deregister-managed-instance.ts'
import {describeActivations} from './fleet/describe-activations.ts'
import {describeCloudAssistantStatus} from './fleet/describe-cloud-assistant-status.ts'
import {describeInstances} from './fleet/describe-instances.ts'
import {describeManagedInstances} from './fleet/describe-managed-instances.ts'
import {describeRegions} from './fleet/describe-regions.ts'
import {disableActivation} from './fleet/disable-activation.ts'
import {modifyManagedInstance} from './fleet/modify-managed-instance.ts'
import type {Operation} from './operation.ts'
import {describeInvocationResults} from './run/describe-invocation-results.ts'
import {describeInvocations} from './run/describe-invocations.ts'
import {invokeCommand} from './run/invoke-command.ts'
import {runCommand} from './run/run-command.ts'
import {stopInvocation} from './run/stop-invocation.ts'
import {createCommand} from './stored/create-command.ts'
import {deleteCommand} from './stored/delete-command.ts'
import {describeCommands} from './stored/describe-commands.ts'
import {modifyCommand} from './stored/modify-command.ts'

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
