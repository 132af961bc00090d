import {parseEndpoint} from '../../../config/endpoint.ts'
import {fieldProblem} from '../../../config/parse-profile-file.ts'
import type {Profile} from '../../../config/profile.ts'
import {keyIdProblem, refuseOddText} from '../../../config/profile-credentials.ts'
import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {isRegionId} from '../../protocol/ecs/region.ts'
import {OUTPUT_FORMATS} from '../../view/form/render.ts'

/** Values are checked when they are stored, so that the mistake is met by whoever makes it. Nothing is echoed. */
export function checkProfile(profile: Profile): void {
  for (const [key, value] of Object.entries(profile)) {
    const problem = fieldProblem(key, value)
    if (problem) throw new AssistError('usage', problem)
  }
  const {accessKeyId, accessKeySecret, stsToken, endpoint, regionId, output, language} = profile
  for (const [key, value] of Object.entries({accessKeyId, accessKeySecret, stsToken})) {
    if (value !== undefined) refuseOddText(value, key)
  }
  const ofKeyId = accessKeyId === undefined ? undefined : keyIdProblem(accessKeyId)
  if (ofKeyId) throw new AssistError('usage', `the access key id ${ofKeyId}`)
  if (endpoint !== undefined) parseEndpoint(endpoint, {source: 'endpoint', insecureHttp: profile.insecureHttp === true})
  if (regionId !== undefined && !isRegionId(regionId)) {
    throw new AssistError('usage', `${quote(regionId)} is no region id`, {hint: 'It looks like cn-hangzhou.'})
  }
  if (output !== undefined && !OUTPUT_FORMATS.some((one) => one === output)) {
    throw new AssistError('usage', `output must be one of ${OUTPUT_FORMATS.join(', ')}; given: ${quote(output)}`)
  }
  if (language !== undefined && !['en', 'zh'].includes(language)) {
    throw new AssistError('usage', `language must be en or zh; given: ${quote(language)}`)
  }
}
