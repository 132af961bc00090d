import {parseEndpoint} from '../../../config/endpoint.ts'
import {AssistError} from '../../core/errors.ts'

/** What is wrong with an answer, in words for a person; undefined when nothing is. Answers are secrets and never quoted. */
export type CheckAnswer = (answer: string) => string | undefined

/** Keys and tokens. `isStored`: an empty answer keeps what there is. */
export function checkKey(isStored: boolean): CheckAnswer {
  return (answer) => {
    if (answer === '') return isStored ? undefined : 'It cannot be empty.'
    return /^[\x21-\x7e]+$/.test(answer) ? undefined : 'It has a space or another character in it that no key has.'
  }
}

export const checkRegion: CheckAnswer = (answer) =>
  answer === '' || /^[a-z0-9][a-z0-9-]{0,63}$/i.test(answer)
    ? undefined
    : 'This is no region id; one looks like cn-hangzhou.'

export function checkEndpoint(insecureHttp: boolean): CheckAnswer {
  return (answer) => {
    if (answer === '') return undefined
    try {
      parseEndpoint(answer, {source: 'The address', insecureHttp})
      return undefined
    } catch (error) {
      if (!(error instanceof AssistError)) throw error
      return error.message
    }
  }
}
