import {describe, expect, it} from 'vitest'
import {slotsFor} from '../../../src/lib/agent/slots.ts'
import {readMachine} from '../../../src/lib/system/machine.ts'
import {setUpAgent} from '../../support/agent-in-process.ts'

const GIB = 1024 ** 3

describe('how many scripts an agent runs at once', () => {
  it.each([
    {name: 'a small machine', cores: 1, memoryBytes: GIB / 8, slots: 4},
    {name: 'one core', cores: 1, memoryBytes: 2 * GIB, slots: 8},
    {name: 'many cores with little memory', cores: 16, memoryBytes: GIB, slots: 16},
    {name: 'a large machine', cores: 64, memoryBytes: 256 * GIB, slots: 100},
  ])('goes by the size of the machine: $name', ({cores, memoryBytes, slots}) => {
    expect(slotsFor({cores, memoryBytes})).toBe(slots)
  })

  it.each([
    {assist: true, given: undefined, told: String(slotsFor(readMachine()))},
    {assist: true, given: 3, told: '3'},
    {assist: false, given: 3, told: null},
  ])('is told to a server that knows it (assist: $assist, given: $given)', async ({assist, given, told}) => {
    await using setup = await setUpAgent({assist, started: false})
    await setup.start({...(given !== undefined && {maxRunning: given})})
    const [first] = await setup.server.waitFor('a fetch', () => setup.server.fetches.length > 0 && setup.server.fetches)
    expect(first?.get('slots')).toBe(told)
  })
})
