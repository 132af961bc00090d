import {AssistError} from '../../core/errors.ts'
import {askSecret} from './prompt.ts'
import {readSecretFromStdin} from './read-secret.ts'

/** The code of an activation: from stdin, from the environment, or asked for. @throws AssistError (usage) */
export async function readActivationCode(input: {
  fromStdin: boolean
  environment: NodeJS.ProcessEnv
  noInput: boolean
}): Promise<string> {
  const code = await find(input)
  if (/^[\x21-\x7e]+$/.test(code)) return code
  throw new AssistError(
    'usage',
    'the activation code has a space, line break or other character in it that no code has',
  )
}

async function find({
  fromStdin,
  environment,
  noInput,
}: {
  fromStdin: boolean
  environment: NodeJS.ProcessEnv
  noInput: boolean
}): Promise<string> {
  if (fromStdin) return readSecretFromStdin('the activation code')
  return (
    environment['ASSIST_ACTIVATION_CODE'] ||
    askSecret('Activation code:', {
      noInput,
      otherwise: 'Give it on stdin with --activation-code-stdin, or in ASSIST_ACTIVATION_CODE.',
    })
  )
}
