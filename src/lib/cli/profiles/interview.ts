import {PROFILE_MODES, type Profile, type ProfileMode} from '../../../config/profile.ts'
import {AssistError} from '../../core/errors.ts'
import {maskId} from '../connect/who-am-i.ts'
import {askChoice, askSecret, askText, mustBeAskable, type PromptOptions} from '../terminal/prompt.ts'
import {readSecretFromStdin} from '../terminal/read-secret.ts'
import {
  type CheckAnswer,
  checkEndpoint,
  checkKey,
  checkKeyId,
  checkNeeded,
  checkOneOf,
  checkRegion,
  checkRoleArn,
  checkUri,
} from './check-answer.ts'

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
  /** Names of profiles that this one can take its keys from. */
  others: readonly string[]
  answers: Answers
  secretFromStdin: boolean
  noInput: boolean
}

export interface Interviewed {
  profile: Profile
  /** Whether a person has answered anything. */
  wasAsked: boolean
}

/** A profile from what is stored, what was said and, for what is missing, what a person answers. @throws AssistError (usage) */
export async function interview(input: InterviewInput): Promise<Interviewed> {
  const {stored, answers, secretFromStdin, noInput} = input
  const said: Profile = {
    ...stored,
    ...defined(answers, ['accessKeyId', 'regionId', 'endpoint', 'language', 'stsToken']),
  }
  if (answers.mode !== undefined) said.mode = parseMode(answers.mode)
  if (secretFromStdin) said.accessKeySecret = await readSecretFromStdin('the access key secret')
  else if (answers.accessKeySecret !== undefined) said.accessKeySecret = answers.accessKeySecret
  const wasTold = Object.values(answers).some((answer) => answer !== undefined) || secretFromStdin
  if (wasTold && isComplete(said)) return {profile: {...said, mode: said.mode ?? 'AK'}, wasAsked: false}
  const profile = await ask(said, input.others, {noInput, otherwise: otherwise(said)})
  return {profile, wasAsked: true}
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

async function ask(profile: Profile, others: readonly string[], options: PromptOptions): Promise<Profile> {
  mustBeAskable(options)
  const mode = parseMode(await askChoice('Mode: how it comes by its keys', MODE_CHOICES, profile.mode ?? 'AK', options))
  const asked: Profile = {...profile, mode}
  const text = async (
    key: 'ramRoleArn' | 'sourceProfile' | 'credentialsUri' | 'regionId' | 'ramRoleName',
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
      {...options, check: checkKeyId(profile.accessKeyId !== undefined)},
    )
    if (id !== '') asked.accessKeyId = id
    // A stored secret belongs to the stored id.
    const keeps = profile.accessKeySecret !== undefined && (id === '' || id === profile.accessKeyId)
    const secret = await askSecret(`Access key secret${keeps ? ' (stored; empty keeps it)' : ''}`, {
      ...options,
      check: checkKey(keeps),
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
  if (mode === 'ChainableRamRoleArn') {
    await text('sourceProfile', 'Profile whose keys assume the role', checkOneOf(others))
  }
  if (mode === 'RamRoleArn' || mode === 'ChainableRamRoleArn') {
    await text('ramRoleArn', 'Role to assume (ARN)', checkRoleArn)
  }
  if (mode === 'EcsRamRole') await text('ramRoleName', 'Role of the instance (empty: whichever it has)')
  if (mode === 'CredentialsURI') await text('credentialsUri', 'Address that answers with keys', checkUri)
  if (mode === 'External') {
    const stored = profile.processCommand?.join(' ')
    const command = await askText('Program and arguments that print keys', stored, {...options, check: checkNeeded})
    asked.processCommand = command.split(/\s+/)
  }
  // Before the region: what is right for that depends on whose it is.
  await askEndpoint(asked, options)
  const mayBeEmpty = mode === 'EcsRamRole'
  await text(
    'regionId',
    `Region${mayBeEmpty ? ' (empty: the instance’s own)' : ''}, such as cn-hangzhou; ? lists them`,
    checkRegion({isCloud: asked.endpoint === undefined, mayBeEmpty}),
  )
  asked.language = await askChoice('Language', ['en', 'zh'], profile.language ?? 'en', options)
  const lacking = missing(asked)
  if (lacking.length > 0) throw new AssistError('usage', `still missing: ${lacking.join(', ')}; nothing was stored`)
  return asked
}

async function askEndpoint(asked: Profile, options: PromptOptions): Promise<void> {
  const isStored = asked.endpoint !== undefined
  const check = checkEndpoint(asked.insecureHttp === true)
  const answer = await askText(
    `Address of the control plane (${isStored ? '- for' : 'empty:'} Alibaba Cloud)`,
    asked.endpoint,
    {...options, check: (text) => (text === '-' ? undefined : check(text))},
  )
  if (answer === '-' || answer === '') delete asked.endpoint
  else asked.endpoint = answer
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
