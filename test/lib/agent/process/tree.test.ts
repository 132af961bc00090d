import {describe, expect, it} from 'vitest'
import type {ProcessEntry} from '../../../../src/lib/agent/process/table.ts'
import {membersOf, stillThere} from '../../../../src/lib/agent/process/tree.ts'

const LEADER = 100_000

function entry(pid: number, more: Partial<ProcessEntry> = {}): ProcessEntry {
  return {pid, parent: 1, group: pid, session: pid, startTime: `${pid}`, ...more}
}

describe('membersOf', () => {
  it.each<{name: string; entries: ProcessEntry[]; marked?: number[]; members: number[]}>([
    {
      name: 'the session and the group of the leader, whoever their parents are',
      entries: [
        entry(LEADER),
        entry(LEADER + 1, {session: LEADER}),
        entry(LEADER + 2, {group: LEADER, session: LEADER}),
        entry(LEADER + 3),
      ],
      members: [LEADER, LEADER + 1, LEADER + 2],
    },
    {
      name: 'all descendants, in whichever order they are listed',
      entries: [entry(LEADER + 2, {parent: LEADER + 1}), entry(LEADER + 1, {parent: LEADER}), entry(LEADER)],
      members: [LEADER, LEADER + 1, LEADER + 2],
    },
    {
      name: 'who is marked, with all children and the rest of a session that it leads',
      entries: [
        entry(LEADER + 5),
        entry(LEADER + 6, {session: LEADER + 5}),
        entry(LEADER + 7, {parent: LEADER + 5}),
        entry(LEADER + 8, {parent: LEADER + 6}),
      ],
      marked: [LEADER + 5],
      members: [LEADER + 5, LEADER + 6, LEADER + 7, LEADER + 8],
    },
    {
      name: 'not the session of a member that does not lead it',
      entries: [entry(LEADER + 5, {session: 77}), entry(77, {session: 77}), entry(78, {session: 77})],
      marked: [LEADER + 5],
      members: [LEADER + 5],
    },
    {
      name: 'never the agent itself or the first process, nor what they started',
      entries: [
        entry(process.pid),
        entry(1, {session: 1}),
        entry(LEADER + 1),
        entry(LEADER + 2, {parent: process.pid}),
        entry(LEADER + 3, {session: process.pid}),
        entry(LEADER + 4),
      ],
      marked: [process.pid, 1, LEADER + 1],
      members: [LEADER + 1],
    },
  ])('are $name', ({entries, marked = [], members}) => {
    const found = membersOf(entries, LEADER, (pid) => marked.includes(pid))
    expect([...found].filter((pid) => pid >= 77 || pid === 1).sort((a, b) => a - b)).toEqual(members)
  })
})

describe('stillThere', () => {
  it('knows who was seen, but not somebody else who has the number by now', () => {
    const seen = new Map([
      [7, 'early'],
      [8, 'early'],
      [9, 'early'],
    ])
    const entries = [entry(7, {startTime: 'early'}), entry(8, {startTime: 'late'}), entry(10, {startTime: 'early'})]
    expect([...stillThere(entries, seen)]).toEqual([7])
  })
})
