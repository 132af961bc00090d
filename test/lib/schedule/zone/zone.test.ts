import {describe, expect, it} from 'vitest'
import {
  instantOf,
  isZone,
  offsetChanges,
  offsetMs,
  parseZone,
  wallTimeOf,
} from '../../../../src/lib/schedule/zone/zone.ts'
import {scheduleErrorOf, utc, wallClockOf} from '../support.ts'

const HOUR_MS = 3_600_000

describe('isZone', () => {
  it.each([
    'Asia/Shanghai',
    'America/Argentina/Buenos_Aires',
    'UTC',
    'GMT',
    'PRC',
    'GMT+8:00',
    'GMT-12:59',
    'GMT+14:59',
  ])('knows %s', (zone) => {
    expect(isZone(zone)).toBe(true)
  })
  it.each(['', 'Mars/Olympus', 'GMT+08:00', 'GMT+15:00', 'GMT+8:60', 'GMT8:00', 'Asia/Shanghai '])(
    'does not know "%s"',
    (zone) => {
      expect(isZone(zone)).toBe(false)
    },
  )
})

describe('parseZone', () => {
  it.each(['Asia/Shanghai', 'UTC', 'GMT+8:00', 'GMT-0:00', 'GMT+14:59', 'GMT-12:59', 'Etc/GMT+8'])(
    'accepts %s',
    (zone) => {
      expect(parseZone(zone)).toBe(zone)
    },
  )

  it.each([
    {zone: 'GMT+08:00', reason: 'InvalidGMTOffsetHourForTimezone', position: 4, says: 'write GMT+8:00'},
    {zone: 'GMT+15:00', reason: 'InvalidGMTOffsetHourForTimezone', position: 4, says: 'GMT-12:59 to GMT+14:59'},
    {zone: 'GMT-13:00', reason: 'InvalidGMTOffsetHourForTimezone', position: 4, says: 'GMT-12:59 to GMT+14:59'},
    {zone: 'GMT+8:60', reason: 'InvalidGMTOffsetMinuteForTimezone', position: 6, says: '00-59'},
    {zone: 'GMT+8:5', reason: 'InvalidGMTOffsetMinuteForTimezone', position: 6, says: '00-59'},
    {zone: 'GMT+8', reason: 'InvalidGMTOffsetForTimezone', position: 0, says: 'form GMT+8:00'},
    {zone: 'UTC+8:00', reason: 'InvalidGMTOffsetForTimezone', position: 0, says: 'form GMT+8:00'},
    {zone: '+8:00', reason: 'InvalidGMTOffsetForTimezone', position: 0, says: 'form GMT+8:00'},
    {zone: 'EST', reason: 'TimezoneInformationCorrupt', position: 0, says: 'Asia/Shanghai, GMT+8:00 or UTC'},
    {zone: 'PRC', reason: 'TimezoneInformationCorrupt', position: 0, says: 'is unknown'},
    {zone: 'GMT', reason: 'TimezoneInformationCorrupt', position: 0, says: 'write UTC'},
    {zone: 'Mars/Olympus', reason: 'TimezoneInformationCorrupt', position: 0, says: 'is unknown'},
    {zone: 'asia/shanghai', reason: 'TimezoneInformationCorrupt', position: 0, says: 'write Asia/Shanghai'},
  ])('refuses $zone', ({zone, reason, position, says}) => {
    const error = scheduleErrorOf(() => parseZone(zone))
    expect({reason: error.reason, position: error.position}).toEqual({reason, position})
    expect(error.message).toContain(says)
  })

  it.each(['GMT', 'GMT-14:59', 'GMT-13:00'])('accepts %s only where agents read', (zone) => {
    expect(parseZone(zone, {lenient: true})).toBe(zone)
  })

  it('counts from where the zone stands', () => {
    expect(scheduleErrorOf(() => parseZone('GMT+08:00', {position: 20})).position).toBe(24)
  })
})

describe('offsetMs', () => {
  it.each([
    {zone: 'UTC', at: '2024-01-01T00:00:00Z', hours: 0},
    {zone: 'GMT-7:30', at: '2024-01-01T00:00:00Z', hours: -7.5},
    {zone: 'Asia/Shanghai', at: '2024-01-01T00:00:00Z', hours: 8},
    {zone: 'America/New_York', at: '2024-03-10T06:59:59.999Z', hours: -5},
    {zone: 'America/New_York', at: '2024-03-10T07:00:00Z', hours: -4},
    {zone: 'Asia/Kathmandu', at: '2024-01-01T00:00:00Z', hours: 5.75},
    {zone: 'Pacific/Apia', at: '2011-12-30T09:59:59Z', hours: -10},
    {zone: 'Pacific/Apia', at: '2011-12-30T10:00:00Z', hours: 14},
    {zone: 'Europe/Berlin', at: '1969-06-01T00:00:00.250Z', hours: 1},
  ])('is $hours h in $zone at $at', ({zone, at, hours}) => {
    expect(offsetMs(zone, Date.parse(at))).toBe(hours * HOUR_MS)
  })

  it('refuses a zone nobody knows with an error of ours', () => {
    expect(scheduleErrorOf(() => offsetMs('Mars/Olympus', 0)).reason).toBe('TimezoneInformationCorrupt')
  })
})

describe('offsetChanges', () => {
  it.each([
    {name: 'none in a fixed zone', zone: 'GMT+8:00', from: '2024-01-01', to: '2025-01-01', at: []},
    {name: 'none in Shanghai', zone: 'Asia/Shanghai', from: '2024-01-01', to: '2025-01-01', at: []},
    {
      name: 'both of a year',
      zone: 'America/New_York',
      from: '2024-01-01',
      to: '2025-01-01',
      at: ['2024-03-10T07:00:00Z', '2024-11-03T06:00:00Z'],
    },
    {
      name: 'those of half an hour',
      zone: 'Australia/Lord_Howe',
      from: '2024-01-01',
      to: '2025-01-01',
      at: ['2024-04-06T15:00:00Z', '2024-10-05T15:30:00Z'],
    },
    {name: 'the lost day', zone: 'Pacific/Apia', from: '2011-12-01', to: '2012-01-01', at: ['2011-12-30T10:00:00Z']},
    {
      name: 'one at the very end',
      zone: 'America/New_York',
      from: '2024-03-09',
      to: '2024-03-10T07:00:00Z',
      at: ['2024-03-10T07:00:00Z'],
    },
    {
      name: 'none that was at the very start',
      zone: 'America/New_York',
      from: '2024-03-10T07:00:00Z',
      to: '2024-03-11',
      at: [],
    },
  ])('finds $name', ({zone, from, to, at}) => {
    expect(offsetChanges(zone, Date.parse(from), Date.parse(to)).map((change) => utc(change.atMs))).toEqual(at)
  })
})

describe('instantOf', () => {
  it.each([
    {
      name: 'a plain time',
      zone: 'Asia/Shanghai',
      wall: '2024-06-01T08:00:00Z',
      at: '2024-06-01T00:00:00Z',
      exists: true,
    },
    {
      name: 'a skipped time',
      zone: 'America/New_York',
      wall: '2024-03-10T02:30:00Z',
      at: '2024-03-10T07:00:00Z',
      exists: false,
    },
    {
      name: 'the first time after a gap',
      zone: 'America/New_York',
      wall: '2024-03-10T03:00:00Z',
      at: '2024-03-10T07:00:00Z',
      exists: true,
    },
    {
      name: 'a time that comes twice',
      zone: 'America/New_York',
      wall: '2024-11-03T01:30:00Z',
      at: '2024-11-03T05:30:00Z',
      exists: true,
    },
    {
      name: 'the first time after a repetition',
      zone: 'America/New_York',
      wall: '2024-11-03T02:00:00Z',
      at: '2024-11-03T07:00:00Z',
      exists: true,
    },
    {
      name: 'half an hour that is skipped',
      zone: 'Australia/Lord_Howe',
      wall: '2024-10-06T02:15:00Z',
      at: '2024-10-05T15:30:00Z',
      exists: false,
    },
    {
      name: 'half an hour that comes twice',
      zone: 'Australia/Lord_Howe',
      wall: '2024-04-07T01:45:00Z',
      at: '2024-04-06T14:45:00Z',
      exists: true,
    },
    {
      name: 'the lost day',
      zone: 'Pacific/Apia',
      wall: '2011-12-30T12:00:00Z',
      at: '2011-12-30T10:00:00Z',
      exists: false,
    },
  ])('maps $name', ({zone, wall, at, exists}) => {
    const instant = instantOf(zone, Date.parse(wall))
    expect({at: utc(instant.ms), exists: instant.exists}).toEqual({at, exists})
  })

  it.each(['America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Africa/Monrovia'])(
    'comes back to the same wall time in %s',
    (zone) => {
      const wallClock = wallClockOf(zone)
      for (let wallMs = Date.UTC(1970, 0, 5); wallMs < Date.UTC(2040, 0, 1); wallMs += 4_234_567_000) {
        const {ms, exists} = instantOf(zone, wallMs)
        if (exists) expect(wallTimeOf(zone, ms)).toBe(wallMs)
        expect(wallTimeOf(zone, ms)).toBe(wallClock(ms))
      }
    },
  )
})
