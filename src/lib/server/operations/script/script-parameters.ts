import {parseRecord} from '../../../core/json.ts'
import {quote} from '../../../core/quote.ts'
import {Fault} from '../../../protocol/ecs/faults.ts'
import {INVOCATION, PARAMETER_NAME} from '../../../protocol/ecs/parameters/invocation.ts'
import {parameterNames, substituteParameters} from '../../../protocol/script.ts'
import {checkScriptSize} from './script-content.ts'

/**
 * Reads `Parameters`, a JSON object in one text, and checks it against the script. Values are text and stay as they are: one that
 * looks like a placeholder is not looked into again.
 * @returns name → value, as given
 */
export function checkParameters(
  command: {content: string; enableParameter: boolean},
  text: string | undefined,
): Record<string, string> {
  const values = parse(text)
  const names = Object.keys(values)
  if (names.length === 0) return values
  if (!command.enableParameter) throw new Fault('Parameter.Disabled')
  const {items, code} = INVOCATION.parameters
  if (names.length > items) {
    throw new Fault(code, `At most ${items} parameters can be given; given: ${names.length}.`)
  }
  checkNames(names, parameterNames(command.content))
  const byLowerName = new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]))
  checkScriptSize(substituteParameters(command.content, byLowerName), 'The script with its parameters')
  return values
}

function parse(text: string | undefined): Record<string, string> {
  if (!text) return {}
  const object = parseRecord(text)
  if (object === undefined) {
    throw new Fault('InvalidParameter.Parameters', 'Parameters must be a JSON object such as {"name": "value"}.')
  }
  const values: Array<[string, string]> = []
  for (const [name, value] of Object.entries(object)) {
    if (value === null) throw new Fault('Parameter.MissingValue', `The parameter ${quote(name)} has no value.`)
    if (typeof value !== 'string') {
      throw new Fault('ParameterType.NotSupported', `The value of the parameter ${quote(name)} must be a string.`)
    }
    if (/\0|\p{Surrogate}/u.test(value)) {
      throw new Fault(
        'InvalidParameterCharset.Parameters',
        `The value of the parameter ${quote(name)} is not proper text.`,
      )
    }
    values.push([name, value])
  }
  // All values are strings, so the strings in the text are names and values in turn; JSON.parse keeps only the last of equal names.
  const strings = text.match(/"(?:[^"\\]|\\.)*"/g)?.length ?? 0
  if (strings !== values.length * 2) throw new Fault('ParameterKey.Duplicate')
  return Object.fromEntries(values)
}

function checkNames(names: readonly string[], defined: readonly string[]): void {
  const known = new Set(defined.map((name) => name.toLowerCase()))
  const seen = new Set<string>()
  for (const name of names) {
    if ([...name].length > PARAMETER_NAME.characters) {
      throw new Fault(
        PARAMETER_NAME.code,
        `The name of a parameter may have at most ${PARAMETER_NAME.characters} characters; given: ${quote(name)}.`,
      )
    }
    if (seen.has(name.toLowerCase())) {
      throw new Fault('ParameterKey.Duplicate', `The parameter ${quote(name)} occurs twice; case does not count.`)
    }
    seen.add(name.toLowerCase())
    if (known.has(name.toLowerCase())) continue
    const has = defined.length === 0 ? 'no parameters' : defined.map(quote).join(', ')
    throw new Fault('Parameter.NotMatched', `The script does not define ${quote(name)}; it has ${has}.`)
  }
}
