import type {View} from './form/render.ts'

export interface ListedProfile {
  name: string
  current: boolean
  mode: string
  accessKeyId: string
  region: string
  endpoint: string
  /** Where and how its secret is kept. */
  stored: string
}

export function profilesView(profiles: readonly ListedProfile[]): View {
  return {
    columns: [
      {key: 'current', label: ''},
      {key: 'name', label: 'Profile'},
      {key: 'mode', label: 'Mode'},
      {key: 'accessKeyId', label: 'Access key'},
      {key: 'region', label: 'Region'},
      {key: 'endpoint', label: 'Endpoint'},
      {key: 'stored', label: 'Kept in'},
    ],
    rows: profiles.map((profile) => [
      profile.current ? '*' : '',
      profile.name,
      profile.mode,
      profile.accessKeyId,
      profile.region,
      profile.endpoint,
      {text: profile.stored, tone: 'dim'},
    ]),
  }
}

/** The fields of one, as they may be seen. */
export function profileView(fields: Readonly<Record<string, unknown>>): View {
  return {
    columns: [
      {key: 'field', label: 'Field'},
      {key: 'value', label: 'Value'},
    ],
    rows: Object.entries(fields).map(([key, value]) => [
      key,
      value === null ? '' : Array.isArray(value) ? value.join(' ') : String(value),
    ]),
    empty: 'Nothing is set.',
  }
}
