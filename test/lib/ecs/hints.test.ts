import {describe, expect, it} from 'vitest'
import {hintFor} from '../../../src/lib/ecs/hints.ts'

describe('hintFor', () => {
  it.each([
    ['ActivationId.NotFound', 'DeleteActivation', 'assist describe-activations'],
    ['InvalidInvokeId.NotFound', 'StopInvocation', 'assist invocations'],
    ['InvalidCmdId.NotFound', 'DeleteCommand', 'assist commands'],
    ['Forbidden.RAM', 'RunCommand', 'ecs:RunCommand'],
    ['InvalidSecurityToken.Expired', 'RunCommand', 'expired'],
    ['Forbidden.AccountOverdue', 'RunCommand', 'billing'],
    ['InvalidAccessKeyId.Inactive', 'RunCommand', 'disabled'],
    ['IncompleteSignature', 'RunCommand', 'assist configure'],
    ['Throttling.User', 'RunCommand', 'wait a little'],
  ])('of %s says what to do', (code, action, says) => {
    expect(hintFor(code, action)).toContain(says)
  })
})
