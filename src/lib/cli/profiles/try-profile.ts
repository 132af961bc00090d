import {describeRegions} from '../../ecs/api/instances.ts'
import type {EcsClient} from '../../ecs/client.ts'
import {describeError} from '../command/report-error.ts'
import {hostOf} from '../terminal/waiting-for.ts'

export interface TriedProfile {
  /** What came of it, in lines for a person. */
  lines: string[]
  works: boolean
}

/**
 * One real call with a profile that has just been stored. Whatever comes of it is told, not thrown: what was typed is kept, and a network
 * that is down says nothing about it.
 */
export async function tryProfile(
  regionId: string | undefined,
  connect: () => Promise<{ecs: EcsClient}>,
): Promise<TriedProfile> {
  try {
    const {ecs} = await connect()
    const regions = (await describeRegions(ecs, undefined)).map((region) => region.regionId)
    const host = hostOf(ecs.endpoint)
    if (regionId !== undefined && regions.length > 0 && !regions.includes(regionId)) {
      return {lines: [`${host} takes the key, but names no region ${regionId}: ${regions.join(', ')}`], works: false}
    }
    return {lines: [`It works: ${host} takes the key.`], works: true}
  } catch (error) {
    const {message, hint, code} = describeError(error)
    // Of a call that was typed the hint would be to give it longer; this one was not.
    const isHint = hint !== undefined && code !== 'timeout'
    return {lines: [`It is kept, but could not be tried: ${message}`, ...(isHint ? [`  ${hint}`] : [])], works: false}
  }
}
