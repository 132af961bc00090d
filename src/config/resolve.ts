import {AssistError} from '../lib/core/errors.ts'
import {quote} from '../lib/core/quote.ts'
import {isRegionId} from '../lib/protocol/ecs/region.ts'
import {chooseSource, type Source, type SourceInput} from './choose-source.ts'
import {parseEndpoint} from './endpoint.ts'
import type {Found} from './parse-environment.ts'
import {LOCAL_PROFILE} from './profile.ts'
import type {Explanation, PassedOver, Settings} from './settings.ts'

export interface ResolveInput extends Omit<SourceInput, 'flags' | 'passedOver' | 'warn'> {
  flags: {
    profile?: string | undefined
    region?: string | undefined
    endpoint?: string | undefined
    'endpoint-type'?: string | undefined
    'ca-file'?: string | undefined
    /** A file of the official CLI, to be used instead of ours. */
    'config-path'?: string | undefined
    /** https, whatever the address says. */
    secure?: boolean | undefined
  }
  /** Where every source that is not used is noted, also when in the end none can be. */
  passedOver?: PassedOver[]
}

export interface Resolved {
  settings: Settings
  explanation: Explanation
}

/** What flags, environment and the chosen source of keys come to. @throws AssistError (usage, config) */
export function resolve(input: ResolveInput): Resolved {
  const {passedOver = []} = input
  const warnings: string[] = []
  const choice = chooseSource({...input, passedOver, warn: (text) => warnings.push(text)})
  if (choice.name === LOCAL_PROFILE && choice.credentials === undefined)
    return local(input, choice, passedOver, warnings)

  const {flags, environment} = input
  const {insecureHttp, caFile, output} = {...choice.profile, ...choice.under?.profile}
  const region = pick(flags.region, '--region', environment.region, choice, 'regionId')
  const endpoint = pick(flags.endpoint, '--endpoint', environment.endpoint, choice, 'endpoint')
  const network = pick(flags['endpoint-type'], '--endpoint-type', environment.endpointType, choice, 'endpointType')
  if (region && !isRegionId(region.value)) {
    throw new AssistError(
      region.from === '--region' ? 'usage' : 'config',
      `${region.from}: ${quote(region.value)} is no region id`,
      {
        hint: 'It looks like cn-hangzhou.',
      },
    )
  }
  const {credentials} = choice
  if (credentials === undefined) throw new AssistError('bug', 'a source without keys was chosen')
  if (region === undefined && credentials.mode !== 'EcsRamRole') throw noRegion(choice, environment.lookalikes.region)
  return {
    settings: {
      local: false,
      profile: choice.name,
      region: region?.value,
      endpoint:
        endpoint &&
        parseEndpoint(endpoint.value, {
          source: endpoint.from,
          insecureHttp: insecureHttp === true,
          tls: flags.secure === true ? 'always' : choice.isOfficial && endpoint.isOfProfile ? 'unless said' : 'by host',
        }),
      network: network?.value === 'vpc' ? 'vpc' : 'public',
      credentials,
      externalDisabled: environment.externalDisabled,
      caFile: flags['ca-file'] ?? caFile,
      output,
    },
    explanation: {
      source: choice.source,
      region: region ? region.from : 'the metadata of this instance',
      endpoint: endpoint ? endpoint.from : 'the host of the region',
      passedOver,
      warnings,
    },
  }
}

/** Flag first; then whichever of environment and profile was asked for more plainly. */
function pick(
  flag: string | undefined,
  flagName: string,
  environment: Found<string> | undefined,
  choice: Source,
  key: 'regionId' | 'endpoint' | 'endpointType',
): (Found<string> & {isOfProfile?: true}) | undefined {
  if (flag !== undefined) return {value: flag, from: flagName}
  const {under} = choice
  const ofUnder = under?.profile[key] && {value: under.profile[key], from: `profile ${quote(under.name)}`}
  const ofChosen = choice.profile[key] && {
    value: choice.profile[key],
    from: `profile ${quote(choice.name)}`,
    isOfProfile: true as const,
  }
  const ofProfile = ofUnder || ofChosen || undefined
  return choice.beatsEnvironment ? (ofProfile ?? environment) : (environment ?? ofProfile)
}

function local(input: ResolveInput, choice: Source, passedOver: PassedOver[], warnings: string[]): Resolved {
  if (input.flags.endpoint !== undefined) {
    throw new AssistError('usage', '--endpoint cannot be given with the profile "local": its address is known', {
      hint: 'Leave out --endpoint, or name another profile.',
    })
  }
  return {
    settings: {local: true, profile: LOCAL_PROFILE, region: input.flags.region ?? LOCAL_PROFILE, output: undefined},
    explanation: {
      source: choice.source,
      region: input.flags.region === undefined ? 'built in' : '--region',
      endpoint: 'the control plane on this machine',
      passedOver,
      warnings,
    },
  }
}

function noRegion(choice: Source, lookalikes: readonly string[]): AssistError {
  const unread = lookalikes.length > 0 ? `; ${lookalikes.join(', ')}: not read by assist` : ''
  // With keys in the environment a profile that has keys of its own is not looked at.
  const orProfile = choice.name === 'environment' ? '' : ', or: assist configure set region-id=cn-hangzhou'
  return new AssistError('config', `no region is chosen, and ${choice.source} has none${unread}`, {
    hint: `Give --region cn-hangzhou, or set ALIBABA_CLOUD_REGION_ID${orProfile}`,
  })
}
