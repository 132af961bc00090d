/**
 * Our own addition to DescribeInvocations and DescribeInvocationResults with an InvokeId; the cloud ignores it. A caller that waits
 * may ask that the answer be held back until the invocation changes. It sends the version it has seen last (absent: answer at once)
 * and the longest time to hold, in ms. The answer then has a field `AssistVersion`, a string to send back as it is.
 */
export const HOLD_HEADER = 'x-assist-wait'
export const HOLD_SINCE_HEADER = 'x-assist-since'
export const HOLD_VERSION_FIELD = 'AssistVersion'
export const HOLD_MAX_MS = 20_000
