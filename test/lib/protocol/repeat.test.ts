import {describe, expect, it} from 'vitest'
import {isAtBoot, isScheduled, isTimed, REPEAT_MODES, scheduleKind} from '../../../src/lib/protocol/repeat.ts'
import {expressionKind} from '../../../src/lib/schedule/kind.ts'

describe('repeat modes', () => {
  it.each([
    {mode: 'Once', timed: false, atBoot: false, kind: 'once'},
    {mode: 'DryRun', timed: false, atBoot: false, kind: 'once'},
    {mode: 'NextRebootOnly', timed: true, atBoot: true, kind: 'once'},
    {mode: 'EveryReboot', timed: true, atBoot: true, kind: 'recurring'},
    {mode: 'Period', timed: true, atBoot: false, kind: 'recurring'},
  ] as const)('$mode is timed: $timed, at boot: $atBoot, kind: $kind', ({mode, timed, atBoot, kind}) => {
    expect(isTimed(mode)).toBe(timed)
    expect(isAtBoot(mode)).toBe(atBoot)
    expect(scheduleKind(mode, 'cron')).toBe(kind)
  })

  it('make one round of a Period with a moment', () => {
    expect(REPEAT_MODES.filter((mode) => scheduleKind(mode, 'at') === 'at')).toEqual(['Period'])
    expect(scheduleKind('Period', 'rate')).toBe('recurring')
  })

  it.each([
    {repeat: 'Period', scheduled: true},
    {repeat: 'Rate', scheduled: true},
    {repeat: 'At', scheduled: true},
    {repeat: 'Once', scheduled: false},
    {repeat: 'EveryReboot', scheduled: false},
  ] as const)('tell an agent that an expression says when: $repeat', ({repeat, scheduled}) => {
    expect(isScheduled(repeat)).toBe(scheduled)
  })
})

describe('expressionKind', () => {
  it.each([
    {text: 'at(2030-01-01 00:00:00)', kind: 'at'},
    {text: ' AT (2030-01-01 00:00:00)', kind: 'at'},
    {text: 'rate(5m)', kind: 'rate'},
    {text: '\trate (5m)', kind: 'rate'},
    {text: '0 0 8 * * ?', kind: 'cron'},
    {text: 'attic', kind: 'cron'},
    {text: '', kind: 'cron'},
  ])('reads the first word: $text', ({text, kind}) => {
    expect(expressionKind(text)).toBe(kind)
  })
})
