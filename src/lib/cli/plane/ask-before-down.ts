import {AssistError} from '../../core/errors.ts'
import {mustBeAskable, type PromptOptions} from '../terminal/prompt.ts'

export interface DownChoice {
  /** Let what runs end first. */
  wait: boolean
  /** Stop what runs. */
  force: boolean
}

/**
 * What to do about scripts that run: as told, else as a person answers.
 * @throws AssistError (usage) where scripts run, nothing was said and nobody can be asked
 */
export async function askBeforeDown(
  running: number,
  choice: DownChoice,
  ask: {noInput: boolean; confirm(message: string, options: PromptOptions): Promise<boolean>},
): Promise<'down' | 'wait' | 'stop' | 'leave'> {
  if (running === 0) return 'down'
  if (choice.wait) return 'wait'
  if (choice.force) return 'stop'
  const what = running === 1 ? 'One script runs' : `${running} scripts run`
  const options = {noInput: ask.noInput, otherwise: 'Add --wait to let it end first, or --force to stop it.'}
  try {
    mustBeAskable(options)
  } catch (error) {
    if (!(error instanceof AssistError)) throw error
    throw new AssistError('usage', `${what.toLowerCase()}; the local control plane stays up`, {hint: options.otherwise})
  }
  return (await ask.confirm(`${what}. Stop ${running === 1 ? 'it' : 'them'} and go down?`, options)) ? 'stop' : 'leave'
}
