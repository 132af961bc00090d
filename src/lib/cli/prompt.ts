import {AssistError} from '../core/errors.ts'

export interface PromptOptions {
  /** --no-input. */
  noInput: boolean
  /** What to do where nobody can be asked. */
  otherwise: string
}

/** Yes or no; no unless answered. @throws AssistError (usage) where nobody can be asked. */
export async function confirm(message: string, options: PromptOptions): Promise<boolean> {
  const inquirer = await loadInquirer(options)
  const {answer} = await inquirer.prompt([{type: 'confirm', name: 'answer', message, default: false}], ON_STDERR)
  return answer === true
}

/** A text that does not appear on the screen. */
export async function askSecret(message: string, options: PromptOptions): Promise<string> {
  const inquirer = await loadInquirer(options)
  const {answer} = await inquirer.prompt([{type: 'password', name: 'answer', message, mask: '*'}], ON_STDERR)
  return String(answer).trim()
}

export async function askText(message: string, initial: string, options: PromptOptions): Promise<string> {
  const inquirer = await loadInquirer(options)
  const {answer} = await inquirer.prompt([{type: 'input', name: 'answer', message, default: initial}], ON_STDERR)
  return String(answer).trim()
}

export async function askChoice(message: string, choices: readonly string[], initial: string, options: PromptOptions): Promise<string> {
  const inquirer = await loadInquirer(options)
  const {answer} = await inquirer.prompt([{type: 'select', name: 'answer', message, choices: [...choices], default: initial}], ON_STDERR)
  return String(answer)
}

/** @throws AssistError (usage) at once, instead of waiting for an answer that cannot come. */
export function mustBeAskable({noInput, otherwise}: PromptOptions): void {
  if (noInput) throw new AssistError('usage', 'this needs an answer, and --no-input was given', {hint: otherwise})
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new AssistError('usage', 'this needs an answer, and there is no terminal to ask on', {hint: otherwise})
  }
}
