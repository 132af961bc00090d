import type {View} from './form/render.ts'
import {timeCell} from './form/tones.ts'

interface ServerKey {
  accessKeyId: string
  account: string
  disabled: boolean
  /** ISO 8601. */
  createdAt: string
  description: string
}

export function serverKeysView(keys: readonly ServerKey[]): View {
  return {
    columns: [
      {key: 'accessKeyId', label: 'Access key id'},
      {key: 'account', label: 'Account'},
      {key: 'state', label: 'State'},
      {key: 'createdAt', label: 'Created'},
      {key: 'description', label: 'Description'},
    ],
    rows: keys.map((key) => [
      key.accessKeyId,
      key.account,
      key.disabled ? {text: 'disabled', tone: 'bad'} : {text: 'active', tone: 'good'},
      timeCell(key.createdAt),
      key.description,
    ]),
    empty: 'There are no keys. Make one: assist server key create',
  }
}

export function createdServerKeyView(key: {accessKeyId: string; accessKeySecret: string}): View {
  return {
    vertical: true,
    columns: [
      {key: 'accessKeyId', label: 'Access key id'},
      {key: 'accessKeySecret', label: 'Secret'},
    ],
    rows: [[key.accessKeyId, key.accessKeySecret]],
  }
}
