import {describe, expect, it} from 'vitest'
import {explainCron, parseMoment} from '../../../../src/lib/actions/explain-cron.ts'
import {
  checkClientToken,
  parseCount,
  parseExecTimeout,
  parseRepeatMode,
  parseTerminationMode,
} from '../../../../src/lib/actions/fields/check-fields.ts'
import {checkSchedule} from '../../../../src/lib/actions/run/check-schedule.ts'
import {parseUse} from '../../../../src/lib/actions/run/parse-use.ts'

const now = {nowMs: Date.UTC(2030, 0, 1), zone: () => 'UTC'}

describe('fields', () => {
  it.each([
    {text: '10s', sec: 10},
    {text: '10', sec: 10},
    {text: '10m', sec: 600},
    {text: '24h', sec: 86_400},
    {text: '1d', sec: 86_400},
  ])('take --exec-timeout $text', ({text, sec}) => {
    expect(parseExecTimeout(text)).toBe(sec)
  })

  it.each(['9', '9s', '25h', '-1s', '1e3s', '0x10s', 'NaN', '10500ms', '1.5m', ''])(
    'refuse --exec-timeout %j',
    (text) => {
      expect(() => parseExecTimeout(text)).toThrow('--exec-timeout must be')
    },
  )

  it.each(['0', '-1', '1e9', '0x10', 'NaN', '1.5', ' 5', '', '51'])('refuse a count of %j', (text) => {
    expect(() => parseCount(text, '--count', {min: 1, max: 50})).toThrow(
      '--count must be a whole number from 1 to 50; given:',
    )
  })

  it('take the spellings of people and of the API', () => {
    expect(parseRepeatMode('every-reboot')).toBe('EveryReboot')
    expect(parseRepeatMode('DryRun')).toBe('DryRun')
    expect(parseTerminationMode('process-tree')).toBe('ProcessTree')
    expect(() => parseRepeatMode('daily')).toThrow('--repeat-mode')
  })

  it.each(['', 'a b', '汉', 'x'.repeat(65)])('refuse the client token %j', (token) => {
    expect(() => checkClientToken(token)).toThrow('1 to 64 visible ASCII characters')
  })
})

describe('parseUse', () => {
  it('waits for what runs now and not for what runs later', async () => {
    expect(await parseUse(now, {}, 60)).toMatchObject({wait: true, schedule: undefined})
    expect(await parseUse(now, {frequency: 'rate(5m)'}, 60)).toMatchObject({wait: false})
    expect(await parseUse(now, {'repeat-mode': 'EveryReboot'}, 60)).toMatchObject({wait: false})
    expect(await parseUse(now, {frequency: 'at(2099-01-01 00:00:00 UTC)', wait: true}, 60)).toMatchObject({wait: true})
    expect(await parseUse(now, {'repeat-mode': 'DryRun'}, 60)).toMatchObject({wait: true})
    expect(await parseUse(now, {wait: false}, 60)).toMatchObject({wait: false})
  })

  it.each([
    {name: 'a long directory', flags: {cwd: 'x'.repeat(201)}, says: '--cwd must be at most 200 characters; given: 201'},
    {
      name: 'a long launcher',
      flags: {launcher: '汉'.repeat(342)},
      says: '--launcher must be at most 1024 bytes; given: 1026',
    },
    {name: 'a wait for what never ends', flags: {frequency: 'rate(5m)', wait: true}, says: '--wait cannot be given'},
    {
      name: 'a wait for every reboot',
      flags: {'repeat-mode': 'EveryReboot', wait: true},
      says: '--wait cannot be given',
    },
    {name: 'Period without a schedule', flags: {'repeat-mode': 'Period'}, says: 'needs --frequency'},
    {
      name: 'a schedule that is to run once',
      flags: {'repeat-mode': 'Once', frequency: 'rate(5m)'},
      says: 'means --repeat-mode Period',
    },
  ])('refuses $name', async ({flags, says}) => {
    await expect(parseUse(now, flags, 60)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(says),
    })
  })
})

describe('checkSchedule', () => {
  it('tells the next runs and whose zone it assumed', async () => {
    expect(await checkSchedule(now, '0 */10 * * * *', 60, 2)).toEqual({
      frequency: '0 */10 * * * *',
      nextRuns: ['2030-01-01T00:10:00Z', '2030-01-01T00:20:00Z'],
      assumedZone: 'UTC',
    })
    expect(await checkSchedule(now, '0 0 8 * * ? Asia/Shanghai', 60, 1)).toMatchObject({
      nextRuns: ['2030-01-02T00:00:00Z'],
      assumedZone: undefined,
    })
  })

  it('points at the mistake', async () => {
    await expect(checkSchedule(now, '0 */70 * * * *', 60)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('--frequency: cron field 2 (minute)'),
      hint: '0 */70 * * * *\n      ^^',
    })
  })

  it('refuses runs closer together than the timeout', async () => {
    await expect(checkSchedule(now, '0/10 * * * * *', 60)).rejects.toThrow('at least 60 s apart')
    await expect(checkSchedule(now, '0/10 * * * * *', 10)).resolves.toBeDefined()
  })
})

describe('explainCron', () => {
  const input = {
    expression: '0 0 8 ? * MON-FRI',
    count: 2,
    zone: 'Asia/Shanghai',
    fromMs: now.nowMs,
    language: 'en',
  } as const

  it('explains and lists in both clocks', () => {
    expect(explainCron(input)).toMatchObject({
      kind: 'cron',
      zone: 'Asia/Shanghai',
      zoneGiven: false,
      nextRuns: [
        {utc: '2030-01-02T00:00:00Z', local: '2030-01-02 08:00:00 +08:00'},
        {utc: '2030-01-03T00:00:00Z', local: '2030-01-03 08:00:00 +08:00'},
      ],
    })
    expect(explainCron({...input, language: 'zh'}).explanation).toMatch(/\p{Script=Han}/u)
  })

  it.each([
    {name: 'five fields', change: {expression: '*/5 * * * *'}, says: 'cron'},
    {name: 'an unknown zone', change: {zone: 'Mars/Base'}, says: '--zone must be a time zone'},
    {name: 'the past', change: {expression: 'at(2020-01-01 00:00:00)'}, says: 'at must be a time to come'},
  ])('refuses $name', ({change, says}) => {
    expect(() => explainCron({...input, ...change})).toThrow(says)
  })

  it('takes --from with an offset only', () => {
    expect(parseMoment('2030-01-01T08:00:00+08:00', 5)).toBe(now.nowMs)
    expect(parseMoment(undefined, 5)).toBe(5)
    expect(() => parseMoment('2030-01-01', 5)).toThrow('--from must be a time')
  })
})
