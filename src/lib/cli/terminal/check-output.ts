import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import type {Column} from '../../view/form/render.ts'
import {findColumns} from '../../view/form/select-columns.ts'
import type {OutputFlagValues} from '../flags/common.ts'

/**
 * Whether the result can be shown as asked, to be known before anything is sent. `columns` are those of the views that the command may show,
 * such as `resultsView([]).columns`. With --query the columns are the result's own, so they can't be looked at yet.
 *
 * @throws AssistError (usage)
 */
export async function checkOutput(flags: OutputFlagValues, columns: readonly Column[]): Promise<void> {
  if (flags.query !== undefined) await checkExpression(flags.query, '--query')
  else if (flags.columns !== undefined) findColumns(columns, flags.columns)
}

/** @throws AssistError (usage) when it is no JMESPath */
export async function checkExpression(expression: string, flag: string): Promise<void> {
  const {compile} = await import('@jmespath-community/jmespath')
  try {
    compile(expression)
  } catch (error) {
    throw badExpression(expression, flag, error)
  }
}

export function badExpression(expression: string, flag: string, error: unknown): AssistError {
  const reason = error instanceof Error ? error.message : String(error)
  return new AssistError('usage', `${flag} ${quote(expression)} is not a JMESPath expression: ${reason}`, {
    hint: 'How to write one: https://jmespath.org/tutorial.html',
  })
}
