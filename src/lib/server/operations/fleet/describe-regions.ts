import {z} from 'zod'
import {listRegions} from '../../store/fleet/regions.ts'
import {type Call, operation} from '../operation.ts'

/** Named where the server answers for any region and nothing is in any of them yet. */
const FIRST_REGION = 'local'

async function usedRegions({deps, accountId}: Call): Promise<string[]> {
  const used = await listRegions(deps.db.read, accountId)
  return used.length > 0 ? used : [FIRST_REGION]
}

export const describeRegions = operation(
  z.object({}),
  async (call) => {
    const regions = call.deps.regions.length > 0 ? call.deps.regions : await usedRegions(call)
    return {
      Regions: {
        Region: regions.map((regionId) => ({
          RegionId: regionId,
          LocalName: regionId,
          RegionEndpoint: call.host,
          Status: 'available',
        })),
      },
    }
  },
  {region: 'none'},
)
