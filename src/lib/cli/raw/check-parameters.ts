import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {type ActionParameter, OWNER_PARAMETERS, parametersOf} from '../../protocol/ecs/actions.ts'
import {nearest} from '../command/nearest.ts'

/** Every call carries it, asked for or not. */
const ADDED = 'RegionId'

/**
 * What the service would pass over in silence is a mistake: a mistyped InstanceId stops everything on every instance. Nothing is checked
 * of an action that assist does not know.
 * @throws AssistError (usage) naming each parameter that the action does not have, or that it lacks.
 */
export function checkParameters(action: string, given: readonly string[]): void {
  const known = parametersOf(action)
  if (!known) return
  const unknown = given.filter((name) => !isOf(name, known))
  if (unknown.length > 0) throw unknownParameters(action, unknown, known)
  const names = new Set(given.map(topOf))
  const missing = known.filter(({name, required}) => required && name !== ADDED && !names.has(name))
  if (missing.length === 0) return
  throw new AssistError('usage', `${action} needs ${missing.map(spelled).join(', ')}; nothing was sent`, {
    hint: `See: assist ecs ${action} help. To send it all the same: --force`,
  })
}

/** `InstanceId.1` for a list, `Tag.1.Key` for a list of structures. */
function spelled({name, type}: ActionParameter): string {
  return type === 'list' ? `--${name}.1` : type === 'structure' ? `--${name}.…` : `--${name}`
}

function isOf(name: string, known: readonly ActionParameter[]): boolean {
  const top = topOf(name)
  if (name === ADDED || OWNER_PARAMETERS.some((one) => one === name)) return true
  const parameter = known.find((one) => one.name === top)
  if (!parameter) return false
  return name === top || !['text', 'integer', 'boolean'].includes(parameter.type)
}

function topOf(name: string): string {
  return name.split('.')[0] ?? name
}

function unknownParameters(action: string, unknown: readonly string[], known: readonly ActionParameter[]): AssistError {
  const guesses = unknown.flatMap((name) => {
    const meant = nearest(
      topOf(name),
      known.map((one) => one.name),
    )
    return meant ? [`--${meant}${name.slice(topOf(name).length)}`] : []
  })
  const what = unknown.map((name) => `--${quote(name).slice(1, -1)}`).join(', ')
  return new AssistError(
    'usage',
    `${action} has no parameter${unknown.length > 1 ? 's' : ''} ${what}; nothing was sent`,
    {
      hint: [
        ...(guesses.length > 0 ? [`Did you mean ${guesses.join(', ')}?`] : []),
        `See: assist ecs ${action} help. To send it all the same: --force`,
      ].join('\n  '),
    },
  )
}
