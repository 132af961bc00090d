import {Flags} from '@oclif/core'

export const profileFlag = Flags.string({char: 'p', description: 'Profile to work on (default: the current one).'})
