import {describe, expect, it} from 'vitest'
import {runsOf} from './support.ts'

// New York 2024: 02:00 EST becomes 03:00 EDT on 10 March at 07:00Z, 02:00 EDT becomes 01:00 EST on 3 November at 06:00Z.
// Lord Howe 2024: 02:00 becomes 02:30 on 6 October (5th, 15:30Z), 02:00 becomes 01:30 on 7 April (6th, 15:00Z).
// Apia: 30 December 2011 never was (10:00Z).
describe('nextRun when wall times are skipped', () => {
  it.each([
    {
      name: 'a skipped time runs at the end of the gap',
      text: '0 30 2 * * ?',
      zone: 'America/New_York',
      from: '2024-03-09T12:00:00Z',
      runs: ['2024-03-10T07:00:00Z', '2024-03-11T06:30:00Z'],
    },
    {
      name: 'several skipped times run once',
      text: '0 5,25,45 2 * * ?',
      zone: 'America/New_York',
      from: '2024-03-09T12:00:00Z',
      runs: ['2024-03-10T07:00:00Z', '2024-03-11T06:05:00Z'],
    },
    {
      name: 'a skipped time and the end of the gap run once',
      text: '0 30 2,3 * * ?',
      zone: 'America/New_York',
      from: '2024-03-09T12:00:00Z',
      runs: ['2024-03-10T07:00:00Z', '2024-03-10T07:30:00Z', '2024-03-11T06:30:00Z'],
    },
    {
      name: 'a time that is the end of the gap runs once',
      text: '0 0 2,3 * * ?',
      zone: 'America/New_York',
      from: '2024-03-09T12:00:00Z',
      runs: ['2024-03-10T07:00:00Z', '2024-03-11T06:00:00Z'],
    },
    {
      name: 'a stepped minute in a skipped hour runs once',
      text: '0 */20 2 * * ?',
      zone: 'America/New_York',
      from: '2024-03-09T12:00:00Z',
      runs: ['2024-03-10T07:00:00Z', '2024-03-11T06:00:00Z', '2024-03-11T06:20:00Z'],
    },
    {
      name: 'every hour goes on by the hour',
      text: '0 30 * * * ?',
      zone: 'America/New_York',
      from: '2024-03-10T06:00:00Z',
      runs: ['2024-03-10T06:30:00Z', '2024-03-10T07:30:00Z', '2024-03-10T08:30:00Z'],
    },
    {
      name: 'every 20 minutes goes on by 20 minutes',
      text: '0 */20 * * * ?',
      zone: 'America/New_York',
      from: '2024-03-10T06:30:00Z',
      runs: ['2024-03-10T06:40:00Z', '2024-03-10T07:00:00Z', '2024-03-10T07:20:00Z'],
    },
    {
      name: 'every 2 hours leaves the skipped one out',
      text: '0 0 */2 * * ?',
      zone: 'America/New_York',
      from: '2024-03-10T04:00:00Z',
      runs: ['2024-03-10T05:00:00Z', '2024-03-10T08:00:00Z'],
    },
    {
      name: 'a day that starts in a gap still runs',
      text: '0 0 0 ? 9 7#1',
      zone: 'America/Santiago',
      from: '2024-09-01T12:00:00Z',
      runs: ['2025-09-07T04:00:00Z'],
    },
    {
      name: 'half an hour that is skipped',
      text: '0 15 2 * * ?',
      zone: 'Australia/Lord_Howe',
      from: '2024-10-05T00:00:00Z',
      runs: ['2024-10-05T15:30:00Z', '2024-10-06T15:15:00Z'],
    },
    {
      name: 'Berlin',
      text: '0 30 2 ? * 7L',
      zone: 'Europe/Berlin',
      from: '2024-03-30T00:00:00Z',
      runs: ['2024-03-31T01:00:00Z', '2024-04-28T00:30:00Z'],
    },
    {
      name: 'a lost day runs as the next one begins',
      text: '0 0 12 * * ?',
      zone: 'Pacific/Apia',
      from: '2011-12-29T00:00:00Z',
      runs: ['2011-12-29T22:00:00Z', '2011-12-30T10:00:00Z', '2011-12-30T22:00:00Z'],
    },
    {
      name: 'a lost date runs as the next one begins',
      text: '0 0 12 30 12 ?',
      zone: 'Pacific/Apia',
      from: '2011-12-01T00:00:00Z',
      runs: ['2011-12-30T10:00:00Z', '2012-12-29T22:00:00Z'],
    },
    {
      name: 'every hour has nothing to make up for a lost day',
      text: '0 0 * * * ?',
      zone: 'Pacific/Apia',
      from: '2011-12-30T08:30:00Z',
      runs: ['2011-12-30T09:00:00Z', '2011-12-30T10:00:00Z', '2011-12-30T11:00:00Z'],
    },
  ])('$name', ({text, zone, from, runs}) => {
    expect(runsOf(text, from, runs.length, zone)).toEqual(runs)
  })
})

describe('nextRun when wall times come twice', () => {
  it.each([
    {
      name: 'a time runs at its first pass only',
      text: '0 30 1 * * ?',
      zone: 'America/New_York',
      from: '2024-11-02T12:00:00Z',
      runs: ['2024-11-03T05:30:00Z', '2024-11-04T06:30:00Z'],
    },
    {
      name: 'asked between the passes, it waits for the next day',
      text: '0 30 1 * * ?',
      zone: 'America/New_York',
      from: '2024-11-03T05:45:00Z',
      runs: ['2024-11-04T06:30:00Z'],
    },
    {
      name: 'asked within the second pass, it waits for the next day',
      text: '0 30 1 * * ?',
      zone: 'America/New_York',
      from: '2024-11-03T06:10:00Z',
      runs: ['2024-11-04T06:30:00Z'],
    },
    {
      name: 'listed minutes run at their first pass only',
      text: '0 0,30 1-2 * * ?',
      zone: 'America/New_York',
      from: '2024-11-03T04:30:00Z',
      runs: ['2024-11-03T05:00:00Z', '2024-11-03T05:30:00Z', '2024-11-03T07:00:00Z', '2024-11-03T07:30:00Z'],
    },
    {
      name: 'every hour runs in both passes',
      text: '0 30 * * * ?',
      zone: 'America/New_York',
      from: '2024-11-03T05:00:00Z',
      runs: ['2024-11-03T05:30:00Z', '2024-11-03T06:30:00Z', '2024-11-03T07:30:00Z'],
    },
    {
      name: 'every 20 minutes runs in both passes',
      text: '0 */20 * * * ?',
      zone: 'America/New_York',
      from: '2024-11-03T05:30:00Z',
      runs: ['2024-11-03T05:40:00Z', '2024-11-03T06:00:00Z', '2024-11-03T06:20:00Z'],
    },
    {
      name: 'a stepped minute runs in both passes',
      text: '0 */30 1 * * ?',
      zone: 'America/New_York',
      from: '2024-11-03T04:30:00Z',
      runs: [
        '2024-11-03T05:00:00Z',
        '2024-11-03T05:30:00Z',
        '2024-11-03T06:00:00Z',
        '2024-11-03T06:30:00Z',
        '2024-11-04T06:00:00Z',
      ],
    },
    {
      name: 'half an hour that comes twice',
      text: '0 45 1 * * ?',
      zone: 'Australia/Lord_Howe',
      from: '2024-04-06T00:00:00Z',
      runs: ['2024-04-06T14:45:00Z', '2024-04-07T15:15:00Z'],
    },
    {
      name: 'every 10 minutes through half an hour that comes twice',
      text: '0 */10 * * * ?',
      zone: 'Australia/Lord_Howe',
      from: '2024-04-06T14:45:00Z',
      runs: [
        '2024-04-06T14:50:00Z',
        '2024-04-06T15:00:00Z',
        '2024-04-06T15:10:00Z',
        '2024-04-06T15:20:00Z',
        '2024-04-06T15:30:00Z',
      ],
    },
    {
      name: 'Berlin',
      text: '0 30 2 ? * 7L',
      zone: 'Europe/Berlin',
      from: '2024-10-26T00:00:00Z',
      runs: ['2024-10-27T00:30:00Z', '2024-11-24T01:30:00Z'],
    },
  ])('$name', ({text, zone, from, runs}) => {
    expect(runsOf(text, from, runs.length, zone)).toEqual(runs)
  })
})
