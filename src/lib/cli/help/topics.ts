import type {Section} from './lay-out.ts'

/** Something that help tells of and that is no command. */
export interface HelpTopic {
  summary: string
  sections: Section[]
}

export const HELP_TOPICS: Readonly<Record<string, HelpTopic>> = {
  environment: {
    summary: 'Environment variables that assist reads.',
    sections: [
      {
        paragraphs: [
          'Flags come before the environment, the environment before profiles. A variable that is set but empty counts as not set.',
        ],
      },
      {
        title: 'KEYS AND PLACE',
        rows: [
          ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'Access key id; with the secret it stands for a profile.'],
          ['ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'Its secret.'],
          ['ALIBABA_CLOUD_SECURITY_TOKEN', 'The token of temporary keys.'],
          ['ALIBABA_CLOUD_REGION_ID', 'Region, as --region.'],
          ['ALIBABA_CLOUD_ENDPOINT', 'Address of the control plane, as --endpoint.'],
          ['ALIBABA_CLOUD_PROFILE', 'Profile, as --profile.'],
          ['ALIBABA_CLOUD_ECS_METADATA', 'Name of the role of this ECS instance.'],
          ['ALIBABA_CLOUD_CREDENTIALS_URI', 'Where temporary keys can be fetched.'],
        ],
      },
      {
        title: 'NETWORK',
        rows: [
          ['HTTPS_PROXY, NO_PROXY', 'Proxy for https, and the hosts that go without.'],
          ['NODE_EXTRA_CA_CERTS', 'PEM file of an authority to trust in addition.'],
        ],
      },
      {
        title: 'LOOKS',
        rows: [
          ['NO_COLOR, FORCE_COLOR', 'No colours, or colours in a pipe too.'],
          ['COLUMNS', 'Width of help.'],
          ['LC_ALL, LANG', 'zh… explains schedules in Chinese.'],
        ],
      },
      {
        title: 'FILES',
        rows: [
          ['ASSIST_DATABASE', 'PostgreSQL database of assist server, as --database; it may hold a password.'],
          ['ASSIST_HOME', 'One folder for configuration, state and the local control plane.'],
          ['ASSIST_ACTIVATION_CODE', 'Code for assist agent register.'],
          ['ASSIST_LOCAL_IDLE', 'When the local control plane stops by itself (default: 30m).'],
        ],
      },
    ],
  },
}
