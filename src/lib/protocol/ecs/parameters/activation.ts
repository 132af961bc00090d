import type {ParameterTable} from './rules.ts'

/** An activation, with which machines join. */
export const ACTIVATION = {
  description: {
    name: 'Description',
    limit: {size: 100, unit: 'characters', code: 'ActivationDesc.ExceedLimit'},
    clean: {code: 'InvalidParameter.Description', allow: 'lines'},
  },
  /** What the names of its instances begin with, so that it is shorter than those. */
  instanceName: {
    name: 'InstanceName',
    limit: {size: 50, unit: 'characters', code: 'InstanceName.ExceedLimit'},
    pattern: {
      is: /^(?!https?:\/\/)[A-Za-z][A-Za-z0-9._:-]{1,49}$/,
      code: 'InstanceName.InvalidPattern',
      say: '2 to 50 letters, digits, ., _, - and :, beginning with a letter',
    },
  },
  instanceCount: {name: 'InstanceCount', min: 1, max: 1000, default: 10, code: 'ActivationLimitation.Invalid'},
  timeToLiveHours: {name: 'TimeToLiveInHours', min: 1, max: 4, default: 4, code: 'ActivationTTL.ExceedLimit'},
  ipAddressRange: {
    name: 'IpAddressRange',
    limit: {size: 512, unit: 'characters', code: 'AddressRange.InvalidPattern'},
  },
} as const satisfies ParameterTable
