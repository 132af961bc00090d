/** One parameter of an action, as ECS 2014-05-26 documents it. */
export interface ActionParameter {
  name: string
  type: 'text' | 'integer' | 'boolean' | 'list' | 'structure' | 'JSON'
  required: boolean
}

/** The parameters of an action, or undefined for one that is not listed here: ECS has hundreds of others. */
export function parametersOf(action: string): readonly ActionParameter[] | undefined {
  const words = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined
  return words?.split(' ').map(parameterOf)
}

export function listedActions(): string[] {
  return Object.keys(ACTIONS)
}

/** Every action takes these, of accounts from before RAM. */
export const OWNER_PARAMETERS = ['OwnerAccount', 'OwnerId', 'ResourceOwnerAccount', 'ResourceOwnerId'] as const

function parameterOf(word: string): ActionParameter {
  const [, name = '', kind = '', mark] = /^(\w+)(.*?)(!?)$/.exec(word) ?? []
  return {name, type: KINDS[kind] ?? 'text', required: mark === '!'}
}

const KINDS: Readonly<Record<string, ActionParameter['type']>> = {
  ':int': 'integer',
  ':bool': 'boolean',
  ':json': 'JSON',
  '[]': 'list',
  '[].*': 'structure',
  '.*': 'structure',
}

/** `!` stands behind what must be given; the kind, where it is not a text, behind the name (KINDS). */
const ACTIONS: Readonly<Record<string, string>> = {
  CreateCommand:
    'CommandContent! Name! RegionId! Type! ClientToken ContentEncoding Description EnableParameter:bool ' +
    'Launcher ResourceGroupId Tag[].* Timeout:int WorkingDir',
  ModifyCommand: 'CommandId! RegionId! CommandContent Description Launcher Name Timeout:int WorkingDir',
  DeleteCommand: 'CommandId! RegionId!',
  DescribeCommands:
    'RegionId! CommandId ContentEncoding Description Latest:bool MaxResults:int Name NextToken PageNumber:int ' +
    'PageSize:int Provider ResourceGroupId Tag[].* Type',
  InvokeCommand:
    'CommandId! RegionId! ClientToken ContainerId ContainerName Frequency InstanceId[] Launcher ' +
    'OssOutputDelivery Parameters:json RepeatMode ResourceGroupId ResourceTag[].* Tag[].* TerminationMode ' +
    'Timed:bool Timeout:int Username WindowsPasswordName WorkingDir',
  RunCommand:
    'CommandContent! RegionId! Type! ClientToken ContainerId ContainerName ContentEncoding Description ' +
    'EnableParameter:bool Frequency InstanceId[] KeepCommand:bool Launcher Name OssOutputDelivery ' +
    'Parameters:json RepeatMode ResourceGroupId ResourceTag[].* Tag[].* TerminationMode Timed:bool ' +
    'Timeout:int Username WindowsPasswordName WorkingDir',
  StopInvocation: 'InvokeId! RegionId! InstanceId[]',
  ModifyInvocationAttribute:
    'InvokeId! RegionId! ClientToken CommandContent ContentEncoding EnableParameter:bool Frequency ' +
    'InstanceId[] Parameters:json',
  DescribeInvocations:
    'RegionId! CommandId CommandName CommandType ContentEncoding IncludeOutput:bool InstanceId InvokeId ' +
    'InvokeStatus MaxResults:int NextToken PageNumber:int PageSize:int RepeatMode ResourceGroupId Tag[].* ' +
    'Timed:bool',
  DescribeInvocationResults:
    'RegionId! CommandId ContentEncoding IncludeHistory:bool InstanceId InvokeId InvokeRecordStatus ' +
    'MaxResults:int NextToken PageNumber:int PageSize:int ResourceGroupId Tag[].*',
  SendFile:
    'Content! InstanceId[]! Name! RegionId! TargetDir! ClientToken ContentType Description FileGroup FileMode ' +
    'FileOwner Overwrite:bool ResourceGroupId Tag[].* Timeout:int',
  DescribeSendFileResults:
    'RegionId! InstanceId InvocationStatus InvokeId MaxResults:int Name NextToken PageNumber:int PageSize:int ' +
    'ResourceGroupId Tag[].*',
  InstallCloudAssistant: 'InstanceId[]! RegionId!',
  DescribeCloudAssistantStatus: 'RegionId! InstanceId[] MaxResults:int NextToken OSType PageNumber:int PageSize:int',
  DescribeCloudAssistantSettings: 'RegionId! SettingType[]!',
  ModifyCloudAssistantSettings:
    'RegionId! SettingType! AgentUpgradeConfig.* OssDeliveryConfig.* ResourceUsageConfig.* ' +
    'SessionManagerConfig.* SlsDeliveryConfig.*',
  StartTerminalSession:
    'InstanceId[]! RegionId! ClientToken CommandLine ConnectionType EncryptionOptions.* PasswordName ' +
    'PortNumber:int TargetServer Username',
  EndTerminalSession: 'RegionId! SessionId!',
  DescribeTerminalSessions: 'RegionId! InstanceId MaxResults:int NextToken SessionId',
  CreateActivation:
    'RegionId! ClientToken Description InstanceCount:int InstanceName IpAddressRange ResourceGroupId Tag[].* ' +
    'TimeToLiveInHours:int',
  DescribeActivations:
    'RegionId! ActivationId InstanceName MaxResults:int NextToken PageNumber:int PageSize:int ResourceGroupId ' +
    'Tag[].*',
  DisableActivation: 'ActivationId! RegionId!',
  DeleteActivation: 'ActivationId! RegionId!',
  DescribeManagedInstances:
    'RegionId! ActivationId Connected InstanceId[] InstanceIp InstanceName MachineId MaxResults:int NextToken ' +
    'OsType PageNumber:int PageSize:int ResourceGroupId Tag[].*',
  ModifyManagedInstance: 'InstanceId! InstanceName! RegionId!',
  DeregisterManagedInstance: 'InstanceId! RegionId! ClientToken',
  DescribeInstances:
    'RegionId! AdditionalAttributes[] DeviceAvailable:bool DryRun:bool EipAddresses Filter[].* HpcClusterId ' +
    'HttpEndpoint HttpPutResponseHopLimit:int HttpTokens ImageId InnerIpAddresses InstanceChargeType ' +
    'InstanceIds InstanceName InstanceNetworkType InstanceType InstanceTypeFamily InternetChargeType ' +
    'IoOptimized:bool Ipv6Address[] KeyPairName LockReason MaxResults:int NeedSaleCycle:bool NextToken ' +
    'PageNumber:int PageSize:int PrivateIpAddresses PublicIpAddresses RdmaIpAddresses ResourceGroupId ' +
    'SecurityGroupId Status Tag[].* VSwitchId VpcId ZoneId',
  DescribeInstanceStatus: 'RegionId! ClusterId InstanceId[] PageNumber:int PageSize:int ZoneId',
  DescribeRegions: 'AcceptLanguage InstanceChargeType ResourceType',
  DescribeResourceByTags: 'RegionId! PageNumber:int PageSize:int ResourceType Tag[].*',
  TagResources: 'RegionId! ResourceId[]! ResourceType! Tag[].*!',
  UntagResources: 'RegionId! ResourceId[]! ResourceType! All:bool TagKey[]',
  ListTagResources: 'RegionId! ResourceType! NextToken ResourceId[] Tag[].* TagFilter[].*',
  ListPluginStatus: 'RegionId! InstanceId[] MaxResults:int Name NextToken PageNumber:int PageSize:int',
  DescribeAccountAttributes: 'RegionId! AttributeName[] ZoneId',
}
