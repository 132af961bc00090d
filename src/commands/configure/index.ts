import {Flags} from '@oclif/core'
import {BaseCommand} from '../../lib/cli/command/base-command.ts'
import type {OutputFlagValues} from '../../lib/cli/flags/common.ts'

export default class Configure extends BaseCommand {
  static override summary = 'Store keys, region and endpoint as a profile.'
  static override description =
    'Asks on a terminal, and tries the profile with one call then; what is stored already is kept when nothing is typed. Without a terminal everything comes from flags, and the secret from stdin or from ALIBABA_CLOUD_ACCESS_KEY_SECRET: never from a flag, because others can read command lines.'
  static override examples = [
    '<%= config.bin %> configure',
    '<%= config.bin %> configure --profile production --region cn-hangzhou',
    'echo "$SECRET" | <%= config.bin %> configure --access-key-id LTAI5tExample \\\n  --region cn-hangzhou --secret-stdin',
    '<%= config.bin %> configure --profile team --region local \\\n  --endpoint https://plane.example:8080',
  ]
  static override flags = {
    profile: Flags.string({char: 'p', description: 'Profile to store (default: the current one, or "default").'}),
    mode: Flags.string({
      description:
        'How it comes by its keys: AK, StsToken, RamRoleArn, EcsRamRole, ChainableRamRoleArn, External, CredentialsURI.',
    }),
    'access-key-id': Flags.string({description: 'Access key id.', helpValue: 'ID'}),
    'secret-stdin': Flags.boolean({description: 'Read the access key secret from stdin.'}),
    region: Flags.string({description: 'Region id, such as cn-hangzhou.'}),
    endpoint: Flags.string({description: 'Address of the control plane, if it is not the region’s own.'}),
    language: Flags.string({description: 'en or zh.'}),
    verify: Flags.boolean({
      allowNo: true,
      description: 'Try the profile with one call (default: only after questions were answered).',
    }),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Configure)
    const {ownProfiles, profileToConfigure, saveProfile, storedProfile} = await import(
      '../../lib/cli/profiles/profiles.ts'
    )
    const {interview} = await import('../../lib/cli/profiles/interview.ts')
    const name = profileToConfigure(flags.profile, process.env)
    const {profile, wasAsked} = await interview({
      stored: storedProfile(name, process.env),
      others: ownProfiles(process.env).filter((other) => other !== name),
      answers: {
        mode: flags.mode,
        accessKeyId: flags['access-key-id'],
        // Only beside the id they belong to: otherwise the environment's secret would quietly replace a stored one.
        ...(flags['access-key-id'] === undefined ? {} : secretsOf(process.env)),
        regionId: flags.region,
        endpoint: flags.endpoint,
        language: flags.language,
      },
      secretFromStdin: flags['secret-stdin'],
      noInput: flags['no-input'] === true,
    })
    const {isCurrent} = await saveProfile(name, profile, process.env)
    this.notice(flags, `Stored profile ${name}.`)
    const again = isCurrent ? '' : ` --profile ${name}`
    if (profile.regionId === undefined && profile.mode !== 'EcsRamRole') {
      this.notice(flags, `It has no region: give --region each time, or: assist configure set region-id=…${again}`)
    }
    const works = (flags.verify ?? wasAsked) ? await this.#try(flags, name, profile.regionId) : true
    this.notice(
      flags,
      works
        ? `Next: assist describe-status${again} lists the machines, assist whoami${again} shows what is used.`
        : `Try it again: assist describe-regions${again}`,
    )
  }

  async #try(flags: OutputFlagValues, name: string, regionId: string | undefined): Promise<boolean> {
    const {tryProfile} = await import('../../lib/cli/profiles/try-profile.ts')
    const connect = () => this.connect({...flags, profile: name, timeout: LONGEST_TRY_MS})
    const {lines, works} = await tryProfile(regionId, connect)
    for (const line of lines) this.notice(flags, line)
    return works
  }
}

const LONGEST_TRY_MS = '15000'

function secretsOf(environment: NodeJS.ProcessEnv): {accessKeySecret?: string; stsToken?: string} {
  const secret = environment['ALIBABA_CLOUD_ACCESS_KEY_SECRET']
  const token = environment['ALIBABA_CLOUD_SECURITY_TOKEN']
  return {...(secret && {accessKeySecret: secret}), ...(token && {stsToken: token})}
}
