import {BaseCommand} from '../../lib/cli/command/base-command.ts'

export default class LocalServe extends BaseCommand {
  static override summary = 'Be the control plane of this machine; started in the background by `local up`.'
  static override hidden = true

  async run(): Promise<void> {
    await this.parse(LocalServe)
    const {serveLocalHere} = await import('../../lib/cli/plane/serve-here.ts')
    await serveLocalHere(process.env, this.config.version)
  }
}
