import {Flags} from '@oclif/core'

/** Flags that all agent commands have. */
export const agentFlags = {
  'state-dir': Flags.string({
    description: 'Folder of the agent (default: /var/lib/assist/agent for root, else in your state folder).',
    helpValue: 'FOLDER',
  }),
}

/** Flags of those that talk to the server. */
export const agentServerFlags = {
  ...agentFlags,
  server: Flags.string({
    description:
      'Address of the control plane (default: ALIYUN_ASSIST_SERVER_HOST, else the one it is registered with).',
    helpValue: 'URL',
  }),
  'ca-file': Flags.string({
    description:
      'PEM file of an authority to trust in addition (default: ALIYUN_ASSIST_CERT_PATH, else the one given at registration).',
    helpValue: 'FILE',
  }),
}
