import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {type ActionParameter, listedActions, parametersOf} from '../../protocol/ecs/actions.ts'
import type {View} from '../../view/form/render.ts'
import {nearest} from '../command/nearest.ts'

export interface DescribedAction {
  action: string
  parameters: readonly ActionParameter[]
}

/** What `ecs ACTION help` tells. @throws AssistError (usage) for an action whose parameters are not known here. */
export function describeParameters(action: string): DescribedAction {
  const parameters = parametersOf(action)
  if (parameters) return {action, parameters}
  const meant = nearest(action, listedActions())
  throw new AssistError('usage', `the parameters of ${quote(action)} are not known to assist`, {
    hint: meant
      ? `Did you mean: assist ecs ${meant} help`
      : 'It can be called all the same; its parameters stand in the documentation of ECS.',
  })
}

export function parametersView({parameters}: DescribedAction): View {
  return {
    columns: [
      {key: 'name', label: 'Parameter'},
      {key: 'type', label: 'Type'},
      {key: 'required', label: 'Required'},
    ],
    rows: parameters.map(({name, type, required}) => [
      `--${name}${SUFFIX[type] ?? ''}`,
      type,
      required ? (name === 'RegionId' ? 'added by itself' : {text: 'required', tone: 'busy'}) : '',
    ]),
  }
}

/** How the first of several is spelled. */
const SUFFIX: Partial<Record<ActionParameter['type'], string>> = {list: '.1', structure: '.…'}
