import {describe, expect, it} from 'vitest'
import {parseEnvironment} from '../../src/config/parse-environment.ts'
import {parseOfficialFile} from '../../src/config/parse-official-file.ts'
import type {Environment} from '../../src/config/paths.ts'
import type {Profile, ProfileFile} from '../../src/config/profile.ts'
import {type Resolved, resolve} from '../../src/config/resolve.ts'
import {AssistError} from '../../src/lib/core/errors.ts'

const KEYS = {ALIBABA_CLOUD_ACCESS_KEY_ID: 'envid', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'envsecret'}
const REGION = {ALIBABA_CLOUD_REGION_ID: 'cn-env'}
const ak = (id: string, more: Profile = {}): Profile => ({
  mode: 'AK',
  accessKeyId: id,
  accessKeySecret: `${id}-secret`,
  regionId: `cn-${id}`,
  ...more,
})
const own = (current: string | undefined, ...names: string[]): ProfileFile => ({
  current,
  profiles: Object.fromEntries(names.map((name) => [name, ak(name)])),
})
const official = (current: string, ...names: string[]): string =>
  JSON.stringify({
    current,
    profiles: names.map((name) => ({
      name,
      mode: 'AK',
      access_key_id: name,
      access_key_secret: `${name}-secret`,
      region_id: `cn-${name}`,
    })),
  })

interface Case {
  flags?: {profile?: string; region?: string; endpoint?: string}
  environment?: Environment
  own?: ProfileFile
  official?: string
  onEcs?: boolean
}

function decide(given: Case): Resolved {
  return resolve({
    flags: given.flags ?? {},
    environment: parseEnvironment(given.environment ?? {}),
    own: () => given.own,
    official: () => (given.official === undefined ? undefined : parseOfficialFile(given.official, 'config.json')),
    onEcsInstance: () => given.onEcs ?? false,
  })
}

function idOf({settings}: Resolved): string {
  if (settings.local) return 'local'
  const {credentials} = settings
  return 'accessKeyId' in credentials ? credentials.accessKeyId : credentials.mode
}

function refusal(given: Case): AssistError {
  try {
    decide(given)
  } catch (error) {
    if (error instanceof AssistError) return error
    throw error
  }
  throw new Error('was not refused')
}

const ALL: Case = {
  environment: {...KEYS, ...REGION, ALIBABA_CLOUD_PROFILE: 'b', ALIBABA_CLOUD_CREDENTIALS_URI: 'http://127.0.0.1/'},
  own: own('c', 'a', 'b', 'c'),
  official: official('d', 'd'),
}

describe('a current profile without keys', () => {
  const settings = (profile: object): ProfileFile => ({current: 'default', profiles: {default: profile}})
  const HERE = settings({regionId: 'cn-mine', endpoint: 'https://plane.example', output: 'json'})

  it.each<Case & {name: string; id: string}>([
    {name: 'keys in the environment', environment: KEYS, id: 'envid'},
    {name: 'the profile of the official CLI', official: official('d', 'd'), id: 'd'},
    {name: 'the role of the instance', onEcs: true, id: 'EcsRamRole'},
    {
      name: 'a credentials URI',
      environment: {ALIBABA_CLOUD_CREDENTIALS_URI: 'http://127.0.0.1/'},
      id: 'CredentialsURI',
    },
  ])('gives its region and address to $name', (given) => {
    const decided = decide({...given, own: HERE})
    expect(idOf(decided)).toBe(given.id)
    expect(decided.settings).toMatchObject({region: 'cn-mine', endpoint: 'https://plane.example', output: 'json'})
    expect(decided.explanation.region).toBe('profile "default"')
  })

  it('gives nothing to a profile that was chosen, and less than the environment', () => {
    const chosen = decide({flags: {profile: 'd'}, own: HERE, official: official('d', 'd')})
    expect(chosen.settings).toMatchObject({region: 'cn-d'})
    expect(decide({environment: {...KEYS, ...REGION}, own: HERE}).settings).toMatchObject({region: 'cn-env'})
  })

  it('is told what it lacks where there are no keys anywhere', () => {
    expect(refusal({own: HERE}).message).toContain('profile "default" has no accessKeyId')
  })
})

describe('variables that look like ours', () => {
  it('are named where there are no keys', () => {
    const {message} = refusal({environment: {ALICLOUD_ACCESS_KEY: 'CANARY', ALICLOUD_SECRET_KEY: 'CANARY'}})
    expect(message).toBe('no keys are configured; ALICLOUD_ACCESS_KEY, ALICLOUD_SECRET_KEY: not read by assist')
    expect(refusal({environment: {ALIYUN_ACCESS_KEY_ID: 'CANARY'}}).message).toContain('ALIYUN_ACCESS_KEY_ID')
    expect(refusal({environment: {ALIBABA_CLOUD_ACCESS_KEY_ID: ''}}).message).not.toContain('not read')
  })

  it('are named where there is no region', () => {
    const {message, hint} = refusal({environment: {...KEYS, ALICLOUD_REGION: 'cn-x', ALIBABA_CLOUD_REGION: 'cn-x'}})
    expect(message).toContain('ALICLOUD_REGION, ALIBABA_CLOUD_REGION: not read by assist')
    expect(hint).toBe('Give --region cn-hangzhou, or set ALIBABA_CLOUD_REGION_ID')
  })
})

describe('resolve', () => {
  it.each<Case & {name: string; id: string; region?: string}>([
    {name: 'takes --profile before everything', ...ALL, flags: {profile: 'a'}, id: 'a', region: 'cn-a'},
    {name: 'takes keys in the environment next', ...ALL, id: 'envid', region: 'cn-env'},
    {
      name: 'then the profile the environment names',
      ...ALL,
      environment: {ALIBABA_CLOUD_PROFILE: 'b'},
      id: 'b',
      region: 'cn-b',
    },
    {name: 'then the current profile', ...ALL, environment: {}, id: 'c', region: 'cn-c'},
    {
      name: 'then the current profile of the official CLI',
      own: own(undefined),
      official: official('d', 'd'),
      id: 'd',
      region: 'cn-d',
    },
    {
      name: 'then the role of the instance, when the environment names it',
      environment: {ALIBABA_CLOUD_ECS_METADATA: 'role', ALIBABA_CLOUD_CREDENTIALS_URI: 'http://127.0.0.1/', ...REGION},
      id: 'EcsRamRole',
    },
    {
      name: 'then the credentials URI',
      environment: {ALIBABA_CLOUD_CREDENTIALS_URI: 'http://127.0.0.1/', ...REGION},
      onEcs: true,
      id: 'CredentialsURI',
    },
    {name: 'and on an ECS instance its role, with no region needed', onEcs: true, id: 'EcsRamRole'},
    {name: 'finds a profile of the official CLI by name', flags: {profile: 'd'}, official: official('x', 'd'), id: 'd'},
    {
      name: 'prefers ours of the same name',
      flags: {profile: 'a'},
      own: own(undefined, 'a'),
      official: official('a', 'a'),
      id: 'a',
    },
    {name: 'knows local without any file', flags: {profile: 'local'}, id: 'local', region: 'local'},
    {name: 'takes local as the current profile', own: {current: 'local', profiles: {}}, id: 'local'},
    {name: 'takes local from the environment', environment: {ALIBABA_CLOUD_PROFILE: 'local'}, id: 'local'},
    {name: 'lets --region win', ...ALL, flags: {profile: 'a', region: 'cn-flag'}, id: 'a', region: 'cn-flag'},
    {
      name: 'lets the region of an explicit profile beat the environment',
      ...ALL,
      flags: {profile: 'a'},
      id: 'a',
      region: 'cn-a',
    },
    {
      name: 'lets the region of the environment beat the current profile',
      own: own('c', 'c'),
      environment: REGION,
      id: 'c',
      region: 'cn-env',
    },
    {
      name: 'reads the other spellings',
      environment: {ALICLOUD_ACCESS_KEY_ID: 'x', ALICLOUD_ACCESS_KEY_SECRET: 'y', ALIBABACLOUD_REGION_ID: 'cn-z'},
      id: 'x',
      region: 'cn-z',
    },
    {
      name: 'takes the bare names only as a pair',
      environment: {ACCESS_KEY_ID: 'x'},
      own: own('c', 'c'),
      id: 'c',
    },
    {
      name: 'skips both files when told so',
      ...ALL,
      environment: {
        ALIBABA_CLOUD_IGNORE_PROFILE: 'TRUE',
        ALIBABA_CLOUD_CREDENTIALS_URI: 'http://127.0.0.1/',
        ...REGION,
      },
      id: 'CredentialsURI',
    },
  ])('$name', ({id, region, ...given}) => {
    const resolved = decide(given)
    expect(idOf(resolved)).toBe(id)
    if (region !== undefined) expect(resolved.settings.region).toBe(region)
  })

  it('explains every source it passed over', () => {
    const {explanation} = decide({own: own('c', 'c')})
    expect(explanation.passedOver.map(({source}) => source)).toEqual([
      '--profile',
      'environment',
      'profile named by the environment',
    ])
    expect(explanation.source).toBe('current profile "c"')
  })

  it('warns when environment and current profile have different keys', () => {
    expect(decide({environment: {...KEYS, ...REGION}, own: own('c', 'c')}).explanation.warnings).toHaveLength(1)
    const same: ProfileFile = {current: 'c', profiles: {c: ak('envid')}}
    expect(decide({environment: {...KEYS, ...REGION}, own: same}).explanation.warnings).toEqual([])
  })

  it('follows a chain of profiles to the keys at its end', () => {
    const profiles: ProfileFile['profiles'] = {
      base: ak('base'),
      middle: {mode: 'ChainableRamRoleArn', sourceProfile: 'base', ramRoleArn: 'acs:ram::1:role/m'},
      top: {mode: 'ChainableRamRoleArn', sourceProfile: 'middle', ramRoleArn: 'acs:ram::1:role/t', regionId: 'cn-t'},
    }
    const {settings} = decide({own: {current: 'top', profiles}})
    expect(settings).toMatchObject({
      credentials: {
        mode: 'RamRoleArn',
        roleArn: 'acs:ram::1:role/t',
        stsHost: 'sts.aliyuncs.com',
        source: {mode: 'RamRoleArn', roleArn: 'acs:ram::1:role/m', source: {mode: 'AK', accessKeyId: 'base'}},
      },
    })
  })

  it.each<Case & {name: string; says: RegExp}>([
    {
      name: 'a circle of profiles',
      own: {
        current: 'a',
        profiles: {
          a: {mode: 'ChainableRamRoleArn', sourceProfile: 'b', ramRoleArn: 'r'},
          b: {mode: 'ChainableRamRoleArn', sourceProfile: 'a', ramRoleArn: 'r'},
        },
      },
      says: /circle: "a" → "b" → "a"/,
    },
    {name: 'an unknown profile', flags: {profile: 'nope'}, own: own('c', 'c'), says: /no profile "nope"/},
    {name: 'nothing configured', says: /no keys are configured/},
    {
      name: 'empty CI secrets',
      environment: {ALIBABA_CLOUD_ACCESS_KEY_ID: '', ALIBABA_CLOUD_ACCESS_KEY_SECRET: ''},
      says: /ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET: set but empty/,
    },
    {
      name: 'half a key pair',
      environment: {ALIBABA_CLOUD_ACCESS_KEY_ID: 'x'},
      says: /ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set/,
    },
    {
      name: 'half a key pair, the other half empty',
      environment: {ALICLOUD_ACCESS_KEY_SECRET: 'x', ALICLOUD_ACCESS_KEY_ID: ''},
      says: /ALICLOUD_ACCESS_KEY_ID is empty/,
    },
    {name: 'no region', environment: KEYS, says: /no region/},
    {name: 'an endpoint for local', flags: {profile: 'local', endpoint: 'https://x'}, says: /--endpoint cannot/},
    {
      name: 'a mode we do not speak',
      official: JSON.stringify({current: 'o', profiles: [{name: 'o', mode: 'OAuth', region_id: 'cn-x'}]}),
      says: /"OAuth"/,
    },
    {
      name: 'a secret with a line break',
      own: {current: 'a', profiles: {a: ak('a', {accessKeySecret: 'CANARY\n'})}},
      says: /accessKeySecret has a space, line break/,
    },
  ])('refuses $name', ({says, ...given}) => {
    const error = refusal(given)
    expect(error.message).toMatch(says)
    expect(`${error.message} ${error.hint}`).not.toContain('CANARY')
  })
})
