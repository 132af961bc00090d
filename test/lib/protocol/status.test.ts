import {describe, expect, it} from 'vitest'
import {
  instanceStatus,
  isFinalStatus,
  isFinalTaskState,
  legacyInstanceStatus,
  legacyOverallStatus,
  overallStatus,
  TASK_STATES,
} from '../../../src/lib/protocol/ecs/status.ts'

describe('overallStatus', () => {
  it.each([
    {name: 'Pending before everything', of: ['Success', 'Running', 'Pending'], is: 'Pending'},
    {name: 'Running before an end', of: ['Failed', 'Running'], is: 'Running'},
    {name: 'Success with what was stopped', of: ['Success', 'Terminated', 'Cancelled'], is: 'Success'},
    {name: 'Stopped when all were', of: ['Terminated', 'Stopped'], is: 'Stopped'},
    {
      name: 'Failed for every way not to succeed',
      of: ['Failed', 'Timeout', 'Error', 'Invalid', 'Aborted'],
      is: 'Failed',
    },
    {name: 'Failed with what was stopped', of: ['Failed', 'Stopped'], is: 'Failed'},
    {name: 'PartialFailed for a mixture', of: ['Success', 'Timeout'], is: 'PartialFailed'},
  ] as const)('is $name', ({of, is}) => {
    expect(overallStatus(of)).toBe(is)
  })
})

describe('instanceStatus', () => {
  it('is final exactly when the state is', () => {
    for (const state of TASK_STATES)
      expect([state, isFinalStatus(instanceStatus(state))]).toEqual([state, isFinalTaskState(state)])
  })
})

describe('legacy statuses', () => {
  it.each([
    {name: 'a failed script has finished', status: 'Failed', is: 'Finished'},
    {name: 'a timeout has failed', status: 'Timeout', is: 'Failed'},
    {name: 'a recurring task runs until it is stopped', status: 'Scheduled', is: 'Running'},
    {name: 'a stopped one is stopped', status: 'Cancelled', is: 'Stopped'},
  ] as const)('$name', ({status, is}) => {
    expect(legacyInstanceStatus(status)).toBe(is)
  })

  it('are mixed by priority', () => {
    expect(legacyOverallStatus(['Success', 'Timeout'])).toBe('PartialFailed')
    expect(legacyOverallStatus(['Success', 'Running'])).toBe('Running')
    expect(legacyOverallStatus(['Timeout', 'Aborted'])).toBe('Failed')
  })
})
