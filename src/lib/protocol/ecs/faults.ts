/**
 * Everything the API refuses: code → HTTP status and what to say when nothing more exact is known. The server answers from this
 * table, the client reads by it. Only the code is stable; callers must not tell by status. Source: ECS 2014-05-26, error lists.
 */
const TABLE = {
  // The request as such.
  'InvalidApi.NotFound': [404, 'There is nothing at this path.'],
  UnsupportedHTTPMethod: [405, 'Only GET and POST are served.'],
  InvalidContentType: [400, 'The content type of the body is not supported.'],
  RequestTooLarge: [413, 'The request is too large.'],
  MissingParameter: [400, 'A required parameter is missing.'],
  InvalidParameter: [400, 'A parameter is not valid.'],
  NoSuchVersion: [400, 'The specified version does not exist.'],
  'InvalidAction.NotFound': [404, 'The specified action does not exist.'],
  'RegionId.ApiNotSupported': [400, 'The action is not supported in this region.'],
  'InvalidRegionId.NotFound': [404, 'The specified region does not exist.'],
  Throttling: [429, 'There are too many requests; try again later.'],
  // Who is asking.
  IncompleteSignature: [400, 'The request signature is not complete.'],
  SignatureDoesNotMatch: [400, 'Specified signature is not matched with our calculation.'],
  SignatureNonceUsed: [400, 'The signature nonce was used before.'],
  'InvalidTimeStamp.Expired': [400, 'The time stamp of the request is too far from the time of the server.'],
  'InvalidTimeStamp.Format': [400, 'The time stamp must look like 2026-01-02T03:04:05Z.'],
  'InvalidAccessKeyId.NotFound': [404, 'The specified access key does not exist.'],
  'InvalidSecurityToken.NotFound': [400, 'This server issues no security tokens.'],
  'Forbidden.AccessKeyDisabled': [403, 'The access key is disabled.'],
  // Ours to answer for.
  InternalError: [500, 'The request could not be processed because of an error of the server.'],
  ServiceUnavailable: [503, 'The service cannot store or read data at the moment; try again later.'],
  // Idempotency and lists.
  'InvalidClientToken.Malformed': [400, 'The client token must be 1 to 64 ASCII characters.'],
  IdempotentParameterMismatch: [403, 'The client token was used for a different request.'],
  'InvalidParam.PageNumber': [400, 'The page number is not valid.'],
  'InvalidParam.PageSize': [400, 'The page size is not valid.'],
  'InvalidParameter.MaxResults': [400, 'MaxResults is not valid.'],
  'InvalidParameter.NextToken': [400, 'The next token is not one of this list.'],
  // Tags.
  'MissingParameter.TagKey': [400, 'A tag has no key.'],
  'MissingParameter.ResourceTagKey': [400, 'A resource tag has no key.'],
  'Duplicate.TagKey': [400, 'A tag key occurs twice.'],
  'Duplicate.ResourceTagKey': [400, 'A resource tag key occurs twice.'],
  'NumberExceed.Tags': [400, 'There are too many tags.'],
  'NumberExceed.ResourceTags': [400, 'There are too many resource tags.'],
  'InvalidTagKey.Malformed': [400, 'A tag key is not valid.'],
  'InvalidTagValue.Malformed': [400, 'A tag value is not valid.'],
  'InvalidResourceTagKey.Malformed': [400, 'A resource tag key is not valid.'],
  'InvalidResourceTagValue.Malformed': [400, 'A resource tag value is not valid.'],
  'InvalidResourceTag.ConflictWithInstanceIds': [400, 'InstanceId and ResourceTag exclude each other.'],
  'InvalidResourceTag.InstanceNotFound': [400, 'No instance has these tags.'],
  // Commands.
  'CmdContent.DecodeError': [400, 'The command content cannot be decoded.'],
  'CmdContent.ExceedLimit': [403, 'The command content is too long.'],
  'CmdCount.ExceedQuota': [403, 'There are too many commands in this region.'],
  'CmdDesc.ExceedLimit': [403, 'The description is too long.'],
  'CmdName.ExceedLimit': [403, 'The command name is too long.'],
  'CmdParam.EmptyKey': [400, 'A parameter in the script has no name.'],
  'CmdParam.InvalidParamName': [400, 'The name of a parameter in the script is not valid.'],
  'CmdParamCount.ExceedLimit': [403, 'The script has too many parameters.'],
  'CmdParamName.ExceedLimit': [403, 'The name of a parameter in the script is too long.'],
  'InvalidCmdId.NotFound': [404, 'The specified command does not exist.'],
  'InvalidCmdType.NotFound': [404, 'The specified command type does not exist.'],
  'InvalidCommandType.NotFound': [404, 'The specified command type does not exist.'],
  'InvalidDescription.LengthLimitExceeded': [403, 'The description is too long.'],
  'InvalidLauncher.LengthLimitExceeded': [403, 'The launcher is too long.'],
  'InvalidName.LengthLimitExceeded': [403, 'The name is too long.'],
  'InvalidParameterCharacter.CommandDescription': [403, 'The description holds characters that are not allowed.'],
  'InvalidParameterCharacter.CommandName': [403, 'The command name holds characters that are not allowed.'],
  'InvalidParameterCharacter.CommandWorkingDir': [403, 'The directory holds characters that are not allowed.'],
  'InvalidTimeout.ExceedLimit': [403, 'The timeout is out of range.'],
  'Operation.Forbidden': [403, 'The operation is not permitted in this state.'],
  // Invocations.
  'InstanceIds.ExceedLimit': [403, 'There are too many instances.'],
  'InvalidContainerId.Malformed': [400, 'The container id is not valid.'],
  'InvalidContainerName.Malformed': [400, 'The container name is not valid.'],
  'InvalidInstance.NotFound': [404, 'An instance does not exist.'],
  'InvalidInstance.NotMatch': [400, 'The command type does not fit the operating system of an instance.'],
  'InvalidInstanceId.NotFound': [404, 'An instance is not part of the invocation.'],
  'InvalidInvokeId.NotFound': [404, 'The specified invocation does not exist.'],
  'InvalidRepeatMode.NotFound': [404, 'The specified repeat mode does not exist.'],
  'InvalidTerminationMode.NotFound': [404, 'The specified termination mode does not exist.'],
  'InvalidParam.Frequency': [400, 'The frequency is not valid.'],
  'MissingParam.Frequency': [400, 'A frequency is needed.'],
  'MissingParam.InstanceId': [400, 'At least one instance is needed.'],
  'Username.ExceedLimit': [403, 'The user name is too long.'],
  'WindowsPasswordName.ExceedLimit': [403, 'The name of the password is too long.'],
  'WindowsPasswordName.Missed': [403, 'A Windows account other than System needs WindowsPasswordName.'],
  // Values for the parameters of a script.
  'Parameter.Disabled': [400, 'Parameters were given, but the command has them disabled.'],
  'Parameter.MissingValue': [400, 'A parameter has no value.'],
  'Parameter.NotMatched': [403, 'A parameter is not defined by the script.'],
  'ParameterCount.ExceedLimit': [403, 'There are too many parameters.'],
  'ParameterKey.Duplicate': [403, 'A parameter occurs twice.'],
  'ParameterKey.ExceedLimit': [403, 'The name of a parameter is too long.'],
  'ParameterType.NotSupported': [403, 'The value of a parameter must be a string.'],
  'InvalidParameterCharset.Parameters': [403, 'The value of a parameter holds characters that are not allowed.'],
  // Activations.
  'ActivationCount.ExceedLimit': [400, 'There are too many activations in this region.'],
  'ActivationDesc.ExceedLimit': [400, 'The description must have 1 to 100 characters.'],
  'ActivationId.InUse': [403, 'Instances are registered with this activation.'],
  'ActivationId.NotFound': [404, 'The specified activation does not exist.'],
  'ActivationLimitation.Invalid': [400, 'The number of instances is out of range.'],
  'ActivationTTL.ExceedLimit': [400, 'The time to live is out of range.'],
  'AddressRange.InvalidPattern': [400, 'The address range is not an IPv4 or IPv6 address or CIDR block.'],
  'InstanceName.ExceedLimit': [400, 'The instance name is too long.'],
  'InstanceName.InvalidPattern': [400, 'The instance name holds characters that are not allowed.'],
  DryRunOperation: [400, 'The request was checked and would have been accepted.'],
} as const satisfies Record<string, readonly [status: number, message: string]>

type Listed = keyof typeof TABLE
/** A code of the table, or one that names a parameter: `MissingParameter.Name`, `InvalidParameter.Timeout`. */
export type FaultCode = Listed | `MissingParameter.${string}` | `InvalidParameter.${string}`

/** A refusal. Its message is one line: what, where, which limit, what was given; it never holds a secret or a whole script. */
export class Fault extends Error {
  readonly code: FaultCode
  readonly status: number
  /** When the same request may be tried again; absent: it would be refused again. */
  readonly retryAfterMs: number | undefined

  constructor(code: FaultCode, message?: string, more: {retryAfterMs?: number} = {}) {
    const [status, text] = lookUp(code)
    super(message ?? text)
    this.name = 'Fault'
    this.code = code
    this.status = status
    this.retryAfterMs = more.retryAfterMs
  }
}

function lookUp(code: string): readonly [number, string] {
  if (Object.hasOwn(TABLE, code)) return TABLE[code as Listed]
  const [family = '', name = ''] = code.split('.')
  if (family === 'MissingParameter') return [400, `The parameter ${name} is required.`]
  if (family === 'InvalidParameter') return [400, `The parameter ${name} is not valid.`]
  return [400, 'The request was refused.']
}

/** A name as it may stand in an error code. */
export function shortName(name: string): string {
  return name.replace(/[^\w.-]/g, '').slice(0, 64)
}
