/** What to do about a refusal; by code only, because messages change their wording. */
export function hintFor(code: string, action: string): string | undefined {
  const exact = HINTS[code]
  if (exact) return exact
  if (/Overdue|Arrear|InDebt|InsufficientBalance|AccountBlocked/.test(code)) {
    return 'The account is overdue or blocked: see its billing console.'
  }
  if (code === 'InvalidAccessKeyId.Inactive') return HINTS['Forbidden.AccessKeyDisabled']
  if (code.startsWith('Forbidden') || code === 'NoPermission') {
    return `The key lacks the permission ecs:${action}. Ask whoever manages RAM policies for it.`
  }
  if (code.startsWith('InvalidSecurityToken')) return 'The temporary keys have expired or are wrong: get new ones.'
  if (code.includes('Throttling')) return 'Too many calls at once: wait a little and try again.'
  return undefined
}

const HINTS: Readonly<Record<string, string>> = {
  'InvalidAccessKeyId.NotFound': 'The service does not know this key. See which one is used: assist whoami --explain',
  InvalidAccessKeyId: 'The service does not know this key. See which one is used: assist whoami --explain',
  SignatureDoesNotMatch: 'The secret does not belong to this key id. Set it again: assist configure',
  IncompleteSignature: 'A part of the key id or secret is missing or garbled: set them again with assist configure.',
  'Forbidden.AccessKeyDisabled': 'This key is disabled: use another one, or have it enabled again.',
  'RegionId.ApiNotSupported': 'Try another --region.',
  'InvalidRegionId.NotFound': 'There is no such region. See: assist describe-regions',
  'InvalidAction.NotFound': 'The action is misspelt, or this control plane does not have it.',
  'InvalidInstance.NotFound': 'See the instances there are: assist describe-status',
  'InvalidInvokeId.NotFound': 'See the invocations there are: assist invocations',
  'ActivationId.NotFound': 'See the activations there are: assist describe-activations',
  'InvalidCmdId.NotFound': 'See the stored commands: assist commands',
  IdempotentParameterMismatch: 'This ClientToken was used for another call: give a new one, or none.',
}
