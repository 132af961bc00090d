import type {View} from './form/render.ts'

interface PassedOver {
  source: string
  reason: string
}

export interface WhoAmI {
  profile: string
  /** Where the keys come from. */
  source: string
  mode: string
  /** Last four characters only. */
  accessKeyId: string
  region: string
  regionFrom: string
  endpoint: string
  endpointFrom: string
  passedOver: readonly PassedOver[]
}

export function whoView({profile, source, accessKeyId, region, endpoint}: WhoAmI): View {
  const columns = ['profile', 'source', 'accessKeyId', 'region', 'endpoint'].map((key) => ({
    key,
    label: LABELS[key] ?? key,
  }))
  return {vertical: true, columns, rows: [[profile, source, accessKeyId, region, endpoint]]}
}

export function passedOverView(passedOver: readonly PassedOver[]): View {
  return {
    columns: [
      {key: 'source', label: 'Source'},
      {key: 'use', label: 'Use', isProse: true},
    ],
    rows: passedOver.map(({source, reason}) => [source, {text: `passed over: ${reason}`, tone: 'dim'} as const]),
  }
}

export function explainView(found: WhoAmI): View {
  const {columns, rows} = passedOverView(found.passedOver)
  return {
    columns,
    rows: [
      ...rows,
      [found.source, {text: `keys (${found.mode}${found.accessKeyId ? `, ${found.accessKeyId}` : ''})`, tone: 'good'}],
      [found.regionFrom, {text: `region ${found.region}`, tone: 'good'}],
      [found.endpointFrom, {text: `endpoint ${found.endpoint}`, tone: 'good'}],
    ],
  }
}

const LABELS: Readonly<Record<string, string>> = {
  profile: 'Profile',
  source: 'Keys from',
  accessKeyId: 'Access key',
  region: 'Region',
  endpoint: 'Endpoint',
}
