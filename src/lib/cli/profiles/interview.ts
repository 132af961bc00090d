import {PROFILE_MODES, type Profile, type ProfileMode} from '../../../config/profile.ts'
import {AssistError} from '../../core/errors.ts'
import {maskId} from '../connect/who-am-i.ts'
import {askChoice, askSecret, askText, mustBeAskable, type PromptOptions} from '../terminal/prompt.ts'
import {readSecretFromStdin} from '../terminal/read-secret.ts'
import {type CheckAnswer, checkEndpoint, checkKey, checkRegion} from './check-answer.ts'

/** What flags and environment have said already. */
export interface Answers {
  mode: string | undefined
  accessKeyId: string | undefined
  accessKeySecret?: string | undefined
  stsToken?: string | undefined
  regionId: string | undefined
  endpoint: string | undefined
  language: string | undefined
}

export interface InterviewInput {
  stored: Profile
  answers: Answers
  secretFromStdin: boolean
  noInput: boolean
}

/** A profile from what is stored, what was said and, for what is missing, what a person answers. @throws AssistError (usage) */
export async function interview({stored, answers, secretFromStdin, noInput}: InterviewInput): Promise<Profile> {
  const said: Profile = {
    ...stored,
    ...defined(answers, ['accessKeyId', 'regionId', 'endpoint', 'language', 'stsToken']),
  }
  if (answers.mode !== undefined) said.mode = parseMode(answers.mode)
  if (secretFromStdin) said.accessKeySecret = await readSecretFromStdin('the access key secret')
  else if (answers.accessKeySecret !== undefined) said.accessKeySecret = answers.accessKeySecret
  const wasTold = Object.values(answers).some((answer) => answer !== undefined) || secretFromStdin
  if (wasTold && isComplete(said)) return {...said, mode: said.mode ?? 'AK'}
  return ask(said, {noInput, otherwise: otherwise(said)})
}

function isComplete(profile: Profile): boolean {
  return missing(profile).length === 0
}

/** What the profile needs before it can be used. */
function missing(profile: Profile): string[] {
  const mode = profile.mode ?? 'AK'
  const needed: Record<ProfileMode, ReadonlyArray<keyof Profile>> = {
    AK: ['accessKeyId', 'accessKeySecret'],
    StsToken: ['accessKeyId', 'accessKeySecret', 'stsToken'],
    RamRoleArn: ['accessKeyId', 'accessKeySecret', 'ramRoleArn'],
    EcsRamRole: [],
    ChainableRamRoleArn: ['sourceProfile', 'ramRoleArn'],
    External: ['processCommand'],
    CredentialsURI: ['credentialsUri'],
  }
  return needed[mode].filter((key) => profile[key] === undefined || profile[key] === '')
}

const HOW: Readonly<Record<string, string>> = {
  accessKeyId: '--access-key-id',
  accessKeySecret: 'the secret on stdin with --secret-stdin, or in ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  stsToken: 'ALIBABA_CLOUD_SECURITY_TOKEN',
  ramRoleArn: 'assist configure set ram-role-arn=…',
  sourceProfile: 'assist configure set source-profile=…',
  processCommand: 'assist configure set process-command=…',
  credentialsUri: 'assist configure set credentials-uri=…',
}

function otherwise(profile: Profile): string {
  const names = missing(profile)
  return names.length === 0
    ? 'Give what is to change by flags; see --help.'
    : `Give: ${names.map((name) => HOW[name] ?? name).join('; ')}`
}

const ABOUT_MODES: Readonly<Record<ProfileMode, string>> = {
  AK: 'an access key id and its secret',
  StsToken: 'temporary keys with a security token',
  RamRoleArn: 'keys that assume a role',
  EcsRamRole: 'the role of the ECS instance it runs on',
  ChainableRamRoleArn: 'another profile’s keys assume a role',
  External: 'a program prints keys',
  CredentialsURI: 'an address answers with keys',
}

const MODE_CHOICES = PROFILE_MODES.map((value) => ({value, name: `${value}: ${ABOUT_MODES[value]}`}))

const REGIONS =
  'cn-hangzhou, cn-shanghai, cn-beijing, cn-shenzhen, cn-hongkong, ap-southeast-1, us-west-1, eu-central-1'

const needed: CheckAnswer = (answer) => (answer === '' ? 'It cannot be empty.' : undefined)

async function ask(profile: Profile, options: PromptOptions): Promise<Profile> {
  mustBeAskable(options)
  const mode = parseMode(await askChoice('Mode: how it comes by its keys', MODE_CHOICES, profile.mode ?? 'AK', options))
  const asked: Profile = {...profile, mode}
  const text = async (
    key: 'ramRoleArn' | 'sourceProfile' | 'credentialsUri' | 'regionId' | 'ramRoleName' | 'endpoint',
    label: string,
    check?: CheckAnswer,
  ): Promise<void> => {
    const answer = await askText(label, profile[key], {...options, ...(check && {check})})
    if (answer !== '') asked[key] = answer
  }
  if (mode === 'AK' || mode === 'StsToken' || mode === 'RamRoleArn') {
    const id = await askText(
      `Access key id${profile.accessKeyId ? ` (${maskId(profile.accessKeyId)})` : ''}`,
      undefined,
      {...options, check: checkKey(profile.accessKeyId !== undefined)},
    )
    if (id !== '') asked.accessKeyId = id
    const secret = await askSecret(`Access key secret${profile.accessKeySecret ? ' (stored; empty keeps it)' : ''}`, {
      ...options,
      check: checkKey(profile.accessKeySecret !== undefined),
    })
    if (secret !== '') asked.accessKeySecret = secret
  }
  if (mode === 'StsToken') {
    const token = await askSecret(`Security token${profile.stsToken ? ' (stored; empty keeps it)' : ''}`, {
      ...options,
      check: checkKey(profile.stsToken !== undefined),
    })
    if (token !== '') asked.stsToken = token
  }
  if (mode === 'ChainableRamRoleArn') await text('sourceProfile', 'Profile whose keys assume the role', needed)
  if (mode === 'RamRoleArn' || mode === 'ChainableRamRoleArn') await text('ramRoleArn', 'Role to assume (ARN)', needed)
  if (mode === 'EcsRamRole') await text('ramRoleName', 'Role of the instance (empty: whichever it has)')
  if (mode === 'CredentialsURI') await text('credentialsUri', 'Address that answers with keys', needed)
  if (mode === 'External') {
    const command = await askText('Program and arguments that print keys', profile.processCommand?.join(' '), options)
    if (command !== '') asked.processCommand = command.split(/\s+/)
  }
  await text('regionId', `Region (${REGIONS}, …)`, checkRegion)
  await text(
    'endpoint',
    'Address of the control plane (empty: the region’s own)',
    checkEndpoint(profile.insecureHttp === true),
  )
  asked.language = await askChoice('Language', ['en', 'zh'], profile.language ?? 'en', options)
  const lacking = missing(asked)
  if (lacking.length > 0) throw new AssistError('usage', `still missing: ${lacking.join(', ')}; nothing was stored`)
  return asked
}

function parseMode(text: string): ProfileMode {
  const mode = PROFILE_MODES.find((one) => one.toLowerCase() === text.toLowerCase())
  if (mode) return mode
  throw new AssistError('usage', `--mode must be one of ${PROFILE_MODES.join(', ')}`)
}

function defined<K extends keyof Answers>(answers: Answers, keys: readonly K[]): Partial<Record<K, string>> {
  return Object.fromEntries(
    keys.flatMap((key) => (answers[key] === undefined ? [] : [[key, answers[key]]])),
  ) as Partial<Record<K, string>>
}
