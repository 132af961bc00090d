import {BaseCommand} from '../lib/cli/command/base-command.ts'
import {screen} from '../lib/cli/terminal/standard-output.ts'
import {EXIT_CODE_NOTES, exitCodeMeanings, exitCodesView} from '../lib/view/exit-codes.ts'

export default class ExitCodes extends BaseCommand {
  static override summary = 'List what the exit codes mean.'
  static override description = EXIT_CODE_NOTES
  static override hidden = true

  async run(): Promise<void> {
    const {flags} = await this.parse(ExitCodes)
    const exitCodes = exitCodeMeanings()
    await this.show(flags, {exitCodes}, () => exitCodesView(exitCodes))
    if (screen().isTTY) this.notice(flags, `\n${EXIT_CODE_NOTES}`)
  }
}
