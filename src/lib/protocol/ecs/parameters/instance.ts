import type {ParameterTable} from './rules.ts'

/** The name of a managed instance, and names as filters. */
export const INSTANCE = {
  name: {
    name: 'InstanceName',
    limit: {size: 128, unit: 'characters', code: 'InstanceName.ExceedLimit'},
    pattern: {
      is: /^(?!https?:\/\/)[A-Za-z][A-Za-z0-9._:-]{1,127}$/,
      code: 'InstanceName.InvalidPattern',
      say: '2 to 128 letters, digits, ., _, - and :, beginning with a letter',
    },
  },
  nameFilter: {
    name: 'InstanceName',
    limit: {size: 128, unit: 'characters', code: 'InvalidParameter.InstanceName'},
  },
} as const satisfies ParameterTable
