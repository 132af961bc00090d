/**
 * Limits of ECS 2014-05-26 (Cloud Assistant), used by the client before it sends and by the server before it stores.
 * Texts are counted in characters, contents in bytes after Base64, times in the unit their name says.
 */
export const LIMITS = {
  instancesPerInvocation: 100,
  instancesPerStop: 50,
  instancesPerSendFile: 50,
  instancesPerInstall: 50,
  instancesPerStatus: 100,
  managedInstancesPerDescribe: 50,
  commandContentBase64Bytes: 24_576,
  sendFileContentBase64Bytes: 32_768,
  outputBytes: 24_576,
  launcherBytes: 1024,
  commandNameCharacters: 128,
  descriptionCharacters: 512,
  workingDirCharacters: 200,
  usernameCharacters: 255,
  windowsPasswordNameCharacters: 255,
  clientTokenCharacters: 64,
  /** Ours, as the API text says nothing: how long the answer to a token is repeated. */
  clientTokenHours: 24,
  tagsPerRequest: 20,
  tagKeyCharacters: 64,
  tagValueCharacters: 128,
  timeoutDefaultSec: 60,
  timeoutMinSec: 10,
  pageSize: 50,
  invocationRetentionDays: 30,
  /** Ours: who did what, also after what was done is forgotten. */
  auditRetentionDays: 180,
  activationsPerRegion: 10,
  activationTtlHours: 4,
  /** The API text gives no maximum; a day keeps a forgotten script from running for ever. */
  timeoutMaxSec: 86_400,
  parametersDefined: 20,
  parametersPassed: 10,
  parameterNameBytes: 64,
  pageSizeDefault: 10,
  pageSizeInstances: 100,
  activationInstances: 1000,
  activationDescriptionCharacters: 100,
  /** Seconds in which a once-only task must reach its agent. */
  deliverySec: 60,
} as const
