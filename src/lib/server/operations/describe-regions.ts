import {z} from 'zod'
import {operation} from './operation.ts'

/** What is listed when the server answers for any name. */
const ANY_REGION = ['local']

export const describeRegions = operation(
  z.object({}),
  async (call) => {
    const regions = call.deps.regions.length > 0 ? call.deps.regions : ANY_REGION
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
