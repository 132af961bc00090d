import {quote} from '../../core/quote.ts'
import {nearest} from '../command/nearest.ts'

/**
 * Why a JMESPath expression probably found nothing, in one line; undefined where it found something, or nothing is the right answer. The
 * usual slips are the case of a field, and quotes: 'x' is text, "x" is a field, `x` is JSON.
 */
export function queryHint(tree: unknown, result: unknown, found: unknown): string | undefined {
  const keys = keysOf(result)
  const fields = nodesOf(tree).flatMap((node) => (node.type === 'Field' ? [String(node.name)] : []))
  const unknown = fields.filter((name) => !keys.has(name))
  for (const name of unknown) {
    const twin = [...keys.keys()].find((key) => plain(key) === plain(name))
    if (twin !== undefined) return `--query: there is no field ${quote(name)}; did you mean ${twin}?`
  }
  if (!isNothing(found)) return undefined
  const ofComparison = comparisonHint(tree, keys)
  if (ofComparison !== undefined) return `--query: ${ofComparison}`
  const empty = fields.find((name) => keys.get(name)?.every((value) => Array.isArray(value) && value.length === 0))
  if (empty !== undefined) return `--query found nothing: ${empty} is empty`
  const [first] = unknown
  if (first === undefined || Array.isArray(found)) return undefined
  const meant = nearest(first, keys.keys())
  return `--query found nothing: there is no field ${quote(first)}${meant === undefined ? topKeys(result) : `; did you mean ${meant}?`}`
}

interface Node {
  type: string
  [part: string]: unknown
}

/** A field that is compared with what should be text, or with text where the result has none. */
function comparisonHint(tree: unknown, keys: Keys): string | undefined {
  for (const node of nodesOf(tree)) {
    if (node.type !== 'Comparator') continue
    const sides = [node['left'], node['right']].filter(isNode)
    const field = sides.find((side) => side.type === 'Field' && keys.has(String(side.name)))
    const other = sides.find((side) => side !== field)
    if (field === undefined || other === undefined) continue
    const name = String(field.name)
    if (other.type === 'Field' && !keys.has(String(other.name))) {
      return `${quote(String(other.name))} is taken for a field; text stands in single quotes: ${name}=='${other.name}'`
    }
    const value = keys.get(name)?.find((one) => one !== null)
    if (other.type === 'Literal' && typeof other['value'] === 'string' && /^(number|boolean)$/.test(typeof value)) {
      return `${name} is a ${typeof value}, which stands in backticks: ${name}==\`${other['value']}\``
    }
  }
  return undefined
}

function isNothing(found: unknown): boolean {
  return found === null || found === undefined || (Array.isArray(found) && found.length === 0)
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '')
}

function topKeys(result: unknown): string {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return ''
  return `; the result has ${Object.keys(result).slice(0, MOST_NAMED).join(', ')}`
}

const MOST_NAMED = 8
/** A large result says as much in its beginning. */
const MOST_VALUES = 20_000

type Keys = ReadonlyMap<string, readonly unknown[]>

/** Each key of the result, however deep, with the values that it has. */
function keysOf(result: unknown): Keys {
  const keys = new Map<string, unknown[]>()
  const open: unknown[] = [result]
  for (let at = 0; at < open.length && at < MOST_VALUES; at++) {
    const value = open[at]
    if (typeof value !== 'object' || value === null) continue
    if (Array.isArray(value)) for (const item of value) open.push(item)
    else {
      for (const [key, item] of Object.entries(value)) {
        keys.set(key, [...(keys.get(key) ?? []).slice(0, MOST_NAMED), item])
        open.push(item)
      }
    }
  }
  return keys
}

function nodesOf(tree: unknown): Node[] {
  if (Array.isArray(tree)) return tree.flatMap(nodesOf)
  if (typeof tree !== 'object' || tree === null) return []
  const below = Object.values(tree).flatMap(nodesOf)
  return isNode(tree) ? [tree, ...below] : below
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
