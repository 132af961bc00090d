import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {Boot, isSameBoot, settleBootId} from '../../../../src/lib/agent/state/boot.ts'
import {lockStateFolder} from '../../../../src/lib/agent/state/lock.ts'
import {tempFolder} from '../../../support/temp-folder.ts'

describe('isSameBoot', () => {
  it.each([
    {one: 'a-b-c', other: 'a-b-c', same: true},
    {one: 'a-b-c', other: 'a-b-d', same: false},
    {one: 'b29000000', other: 'b29000001', same: true},
    {one: 'b29000000', other: 'b29000003', same: false},
    {one: 'b29000000', other: 'a-b-c', same: false},
  ])('$one and $other: $same', ({one, other, same}) => {
    expect([isSameBoot(one, other), isSameBoot(other, one)]).toEqual([same, same])
  })
})

describe('a boot whose id is a rounded minute', () => {
  it('keeps the id that it was known by first', () => {
    const folder = tempFolder()
    new Boot(folder, 'b29000000').note()
    const bootId = settleBootId(folder, 'b29000001')
    expect(bootId).toBe('b29000000')
    expect(new Boot(folder, bootId).isCold).toBe(false)
    expect(settleBootId(folder, 'b29000005')).toBe('b29000005')
  })

  it('does not free a lock by rounding', () => {
    const folder = tempFolder()
    mkdirSync(folder, {recursive: true})
    lockStateFolder(folder, {bootId: 'b29000000', serverUrl: 'http://x'})
    expect(() => lockStateFolder(folder, {bootId: 'b29000001', serverUrl: 'http://x'})).toThrow('already uses')
  })

  it('is none when the file of it cannot be read', () => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'boot'), '')
    expect(settleBootId(folder, 'b1')).toBe('b1')
  })
})
