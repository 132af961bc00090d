import {parseEndpoint} from '../../../config/endpoint.ts'
import {keyIdProblem} from '../../../config/profile-credentials.ts'
import {AssistError} from '../../core/errors.ts'
import {CLOUD_REGIONS, isRegionId} from '../../protocol/ecs/region.ts'
import {nearest} from '../command/nearest.ts'

/** What is wrong with an answer, in words for a person; undefined when nothing is. Answers are secrets and never quoted. */
export type CheckAnswer = (answer: string) => string | undefined

const EMPTY = 'It cannot be empty.'

export const checkNeeded: CheckAnswer = (answer) => (answer === '' ? EMPTY : undefined)

/** Secrets and tokens. `isStored`: an empty answer keeps what there is. */
export function checkKey(isStored: boolean): CheckAnswer {
  return (answer) => {
    if (answer === '') return isStored ? undefined : EMPTY
    return /^[\x21-\x7e]+$/.test(answer) ? undefined : 'It has a space or another character in it that no key has.'
  }
}

export function checkKeyId(isStored: boolean): CheckAnswer {
  const check = checkKey(isStored)
  return (answer) => check(answer) ?? (answer === '' ? undefined : sentence(keyIdProblem(answer)))
}

/**
 * `isCloud`: it is one of Alibaba Cloud. One that is not known here is taken when Enter is pressed again, because new ones come.
 * `mayBeEmpty`: the instance knows.
 */
export function checkRegion({isCloud, mayBeEmpty}: {isCloud: boolean; mayBeEmpty: boolean}): CheckAnswer {
  let before: string | undefined
  return (answer) => {
    if (answer === '?') return isCloud ? listed(CLOUD_REGIONS) : 'Whoever runs the control plane knows; often local.'
    if (answer === '') return mayBeEmpty ? undefined : `${EMPTY} A region looks like cn-hangzhou.`
    if (!isRegionId(answer)) return 'This is no region id; one looks like cn-hangzhou.'
    if (!isCloud || CLOUD_REGIONS.includes(answer) || answer === before) return undefined
    before = answer
    const meant = nearest(answer, CLOUD_REGIONS)
    return `Not a region that is known here${meant ? `; did you mean ${meant}?` : '.'} Enter takes it all the same.`
  }
}

const LIST_WIDTH = 72

function listed(names: readonly string[]): string {
  const lines: string[] = []
  for (const name of names) {
    const line = lines.at(-1)
    if (line === undefined || `${line}, ${name}`.length > LIST_WIDTH) lines.push(name)
    else lines[lines.length - 1] = `${line}, ${name}`
  }
  return lines.join(',\n  ')
}

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

export const checkRoleArn: CheckAnswer = (answer) =>
  /^acs:ram::[^:]+:role\/\S+$/i.test(answer)
    ? undefined
    : 'A role looks like acs:ram::1234567890123456:role/name; the console shows it as its ARN.'

export const checkUri: CheckAnswer = (answer) =>
  URL.canParse(answer) && /^https?:$/.test(new URL(answer).protocol)
    ? undefined
    : 'It must be an address that begins with http:// or https://.'

export function checkOneOf(names: readonly string[]): CheckAnswer {
  return (answer) => {
    if (names.includes(answer)) return undefined
    return names.length === 0
      ? 'There is no other profile yet.'
      : `There is no such profile; there are: ${names.join(', ')}`
  }
}

function sentence(problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : `This ${problem}.`
}
