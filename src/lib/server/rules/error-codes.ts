/**
 * `ErrorCode` of a result, as far as an agent's words lead to one. Source: ECS 2014-05-26, DescribeInvocationResults, and the
 * troubleshooting guide (openapi, 3.7).
 */
const RESULT_CODES: ReadonlySet<string> = new Set([
  'CommandNotApplicable',
  'AccountNotExists',
  'DirectoryNotExists',
  'BadCronExpression',
  'ClientIsUpgrading',
  'ClientNeedUpgrade',
  'ExecutionTimeout',
  'ExecutionException',
  'ExecutionInterrupted',
  'TaskConcurrencyLimit',
  'InstanceRestarted',
  'ClientRestarted',
  'InvalidSystemBuiltInParameter',
  'DefaultWorkingDirectoryNotAvailable',
  'InvalidCommandText',
  'CommandContentDecodeError',
  'CronExpressionExpired',
  'AtExpressionExpired',
  'InvalidRateExpression',
  'InvalidAtExpression',
  'RateFrequencyTooLarge',
  'InvalidGMTOffsetForTimezone',
  'InvalidGMTOffsetHourForTimezone',
  'InvalidGMTOffsetMinuteForTimezone',
  'TimezoneInformationCorrupt',
  'InvalidContainerName',
  'InvalidContainerId',
  'UnsupportedContainerRuntime',
  'ContainerConnectFailed',
  'ContainerStateAbnormal',
  'ContainerNotFound',
  'ContainerNameDuplicated',
  'ContainerNameAndIdNotMatch',
  'ContainerRuntimeInternalError',
  'ContainerRuntimeTimeout',
  'UserOrPasswordInvalid',
  'QueryParameterStoreFailed',
  'InstanceRoleInvalid',
  'TerminationException',
])

/** `param` of an `invalid` report that has one meaning, whatever its value. Source: agent-protocol, 5.10. */
const CODE_OF_PARAM: Readonly<Record<string, string>> = {
  TypeInvalid: 'CommandNotApplicable',
  CommandContentInvalid: 'CommandContentDecodeError',
  InvalidEnvironmentParameter: 'InvalidSystemBuiltInParameter',
  RoleNameFailed: 'InstanceRoleInvalid',
  ParameterStoreNotAccessible: 'QueryParameterStoreFailed',
  ParameterFailed: 'QueryParameterStoreFailed',
}

/** Why an agent refused a task. */
export function invalidErrorCode(param: string, value: string): string {
  if (param === 'cron') return leadingCode(value) ?? 'BadCronExpression'
  if (param === 'workingDirectory') return leadingCode(value) ?? 'DirectoryNotExists'
  // Windows cannot tell a wrong user from a wrong password and says so by another first word.
  if (param === 'UsernameOrPasswordInvalid')
    return value.startsWith('UsernameOrPasswordInvalid') ? 'UserOrPasswordInvalid' : 'AccountNotExists'
  if (RESULT_CODES.has(param)) return param
  return Object.hasOwn(CODE_OF_PARAM, param) ? (CODE_OF_PARAM[param] ?? '') : 'InvalidCommandText'
}

/** Why a script could not be run or not be ended; official agents send a number, whose meaning is in the text beside it. */
export function executionErrorCode(errCode: string): string {
  return RESULT_CODES.has(errCode) ? errCode : 'ExecutionException'
}

function leadingCode(text: string): string | undefined {
  const word = /^[A-Za-z]+/.exec(text)?.[0] ?? ''
  return RESULT_CODES.has(word) ? word : undefined
}
