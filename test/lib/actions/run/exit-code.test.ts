import {describe, expect, it} from 'vitest'
import {runExitCode} from '../../../../src/lib/actions/run/exit-code.ts'

const ended = (status: string, exitCode: number | null = null, startTime = '2030-01-01T00:00:00Z') => ({
  status,
  exitCode,
  startTime,
})
const success = ended('Success', 0)

describe('runExitCode', () => {
  it.each([
    {name: 'is 0 when all succeeded', results: [success, success], code: 0},
    {name: 'is the code of the one script', results: [ended('Failed', 3)], code: 3},
    {name: 'is the largest code of several', results: [ended('Failed', 3), success, ended('Failed', 7)], code: 7},
    {name: 'lets 120 to 125 of a script through', results: [ended('Failed', 124)], code: 124},
    {name: 'makes 255 of a Windows code', results: [ended('Failed', 3010)], code: 255},
    {name: 'makes 255 of 256, which a shell would take for 0', results: [ended('Failed', 256)], code: 255},
    {name: 'makes 255 of a negative code', results: [ended('Failed', -1)], code: 255},
    {name: 'is 1 for a failure without a code', results: [ended('Failed', null)], code: 1},
    {name: 'is 1 for a failure that claims 0', results: [ended('Failed', 0)], code: 1},
    {name: 'is 1 when the outcome is unknown', results: [ended('Error')], code: 1},
    {name: 'lets a real code beat an unknown outcome', results: [ended('Error'), ended('Failed', 9)], code: 9},
    {name: 'is 123 for an error before the start', results: [ended('Error', null, '')], code: 123},
    {name: 'is 123 for what was not delivered', results: [success, ended('Aborted', null, '')], code: 123},
    {name: 'is 123 for what was rejected', results: [ended('Invalid', null, '')], code: 123},
    {name: 'is 124 for a timeout', results: [ended('Timeout')], code: 124},
    {name: 'is 125 for what was stopped', results: [ended('Terminated')], code: 125},
    {name: 'is 125 for what was stopped before it began', results: [ended('Cancelled', null, '')], code: 125},
    {name: 'is 125 for Stopped, which one text names', results: [ended('Stopped')], code: 125},
    {
      name: 'is the largest of 120 to 125',
      results: [ended('Timeout'), ended('Terminated'), ended('Aborted')],
      code: 125,
    },
    {name: 'puts a script failure before all of these', results: [ended('Terminated'), ended('Failed', 2)], code: 2},
    {name: 'is 0 for what nobody waited for', results: [ended('Running'), ended('Pending')], code: 0},
    {name: 'is 0 without targets', results: [], code: 0},
  ])('$name', ({results, code}) => {
    expect(runExitCode(results, {policy: 'largest', waitTimedOut: false})).toBe(code)
  })

  it('is 124 when the wait ran out', () => {
    expect(runExitCode([success, ended('Running')], {policy: 'largest', waitTimedOut: true})).toBe(124)
  })

  it('puts a script failure before the end of the wait', () => {
    expect(runExitCode([ended('Failed', 4), ended('Running')], {policy: 'largest', waitTimedOut: true})).toBe(4)
  })

  it('is 1 for any script failure under the policy class, and else the same', () => {
    expect(runExitCode([ended('Failed', 9)], {policy: 'class', waitTimedOut: false})).toBe(1)
    expect(runExitCode([ended('Timeout')], {policy: 'class', waitTimedOut: false})).toBe(124)
  })
})
