import {AssistError} from '../../core/errors.ts'

export interface PromptOptions {
  /** --no-input. */
  noInput: boolean
  /** What to do where nobody can be asked. */
  otherwise: string
  /** What is wrong with an answer; it is asked for again then. */
  check?(answer: string): string | undefined
}

/** Yes or no; no unless answered. @throws AssistError (usage) where nobody can be asked. */
export async function confirm(message: string, options: PromptOptions): Promise<boolean> {
  return (await ask({type: 'confirm', message, default: false}, options)) === true
}

/** A text that does not appear on the screen. */
export async function askSecret(message: string, options: PromptOptions): Promise<string> {
  return String(await ask({type: 'password', message, mask: '*'}, options)).trim()
}

export async function askText(message: string, initial: string | undefined, options: PromptOptions): Promise<string> {
  return String((await ask({type: 'input', message, default: initial}, options)) ?? '').trim()
}

export async function askChoice(
  message: string,
  choices: ReadonlyArray<string | {value: string; name: string}>,
  initial: string | undefined,
  options: PromptOptions,
): Promise<string> {
  return String(await ask({type: 'select', message, choices: [...choices], default: initial}, options))
}

/** @throws AssistError (usage) at once, instead of waiting for an answer that cannot come. */
export function mustBeAskable({noInput, otherwise}: PromptOptions): void {
  if (noInput) throw new AssistError('usage', 'this needs an answer, and --no-input was given', {hint: otherwise})
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new AssistError('usage', 'this needs an answer, and there is no terminal to ask on', {hint: otherwise})
  }
}

async function ask(question: object, options: PromptOptions): Promise<unknown> {
  mustBeAskable(options)
  const {default: inquirer} = await import('inquirer')
  // On stderr, because stdout is the result.
  const prompt = inquirer.createPromptModule({output: process.stderr}) as unknown as Prompt
  const {check} = options
  const validate = check && {validate: (answer: unknown) => check(String(answer ?? '').trim()) ?? true}
  const {answer} = await prompt([{...question, ...validate, name: 'answer'}])
  return answer
}

type Prompt = (questions: object[]) => Promise<{answer: unknown}>
