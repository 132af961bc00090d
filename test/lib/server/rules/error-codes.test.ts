import {describe, expect, it} from 'vitest'
import {executionErrorCode, invalidErrorCode} from '../../../../src/lib/server/rules/error-codes.ts'

describe('invalidErrorCode', () => {
  it.each([
    ['TypeInvalid', 'TypeInvalid_RunPython', 'CommandNotApplicable'],
    ['CommandContentInvalid', 'illegal base64 data at input byte 0', 'CommandContentDecodeError'],
    ['UsernameOrPasswordInvalid', 'UserInvalid_bob: unknown user', 'AccountNotExists'],
    ['UsernameOrPasswordInvalid', 'UsernameOrPasswordInvalid_bob: logon failure', 'UserOrPasswordInvalid'],
    ['workingDirectory', 'WorkingDirectoryNotExist: <nil>', 'DirectoryNotExists'],
    ['workingDirectory', 'DefaultWorkingDirectoryNotAvailable: <nil>', 'DefaultWorkingDirectoryNotAvailable'],
    ['InvalidEnvironmentParameter', 'The environment parameter x is invalid', 'InvalidSystemBuiltInParameter'],
    ['RoleNameFailed', 'no role', 'InstanceRoleInvalid'],
    ['ParameterStoreNotAccessible', 'x', 'QueryParameterStoreFailed'],
    ['ParameterFailed', 'x', 'QueryParameterStoreFailed'],
    ['cron', 'InvalidCronExpression', 'BadCronExpression'],
    ['cron', 'CronExpressionExpired', 'CronExpressionExpired'],
    ['cron', 'TimezoneInformationCorrupt: unknown time zone A/B', 'TimezoneInformationCorrupt'],
    ['cron', 'syntax error in minute field', 'BadCronExpression'],
    ['ContainerNotFound', 'ContainerNotFound: no such container', 'ContainerNotFound'],
    ['DirectoryNotExists', '', 'DirectoryNotExists'],
    ['constructor', '', 'InvalidCommandText'],
    ['', '', 'InvalidCommandText'],
  ])('reads %s = %s as %s', (param, value, code) => {
    expect(invalidErrorCode(param, value)).toBe(code)
  })
})

describe('executionErrorCode', () => {
  it.each([
    ['-9', 'ExecutionException'],
    ['13', 'ExecutionException'],
    ['', 'ExecutionException'],
    ['ContainerRuntimeTimeout', 'ContainerRuntimeTimeout'],
    ['ExecutionInterrupted', 'ExecutionInterrupted'],
    ['<script>', 'ExecutionException'],
  ])('reads %s as %s', (errCode, code) => {
    expect(executionErrorCode(errCode)).toBe(code)
  })
})
