import {Flags} from '@oclif/core'

export const dataDirFlag = Flags.string({
  description: 'Folder of the database and its key.',
  default: '/var/lib/assist/server',
  helpValue: 'FOLDER',
})
