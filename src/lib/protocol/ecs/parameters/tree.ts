import {Fault, shortName} from '../faults.ts'

/** Parameters with their lists and structures put together again. Objects have no prototype. */
export type ParameterTree = {[name: string]: ParameterNode}
type ParameterNode = string | ParameterNode[] | ParameterTree

const LONGEST_LIST = 1000
const DEEPEST = 6

interface Branch {
  [part: string]: string | Branch
}

/**
 * The inverse of flattenParameters: `InstanceId.1=a` becomes `{InstanceId: ['a']}`.
 * @throws Fault for lists that do not count 1, 2, 3 … and for names that would reach into a prototype.
 */
export function parameterTree(parameters: Iterable<readonly [string, string]>): ParameterTree {
  const root: Branch = Object.create(null)
  for (const [name, value] of parameters) put(root, name, value)
  const tree: ParameterTree = Object.create(null)
  for (const [name, node] of Object.entries(root)) tree[name] = settle(node, name)
  return tree
}

function put(root: Branch, name: string, value: string): void {
  const parts = name.split('.')
  const last = parts.pop() ?? ''
  if (parts.length >= DEEPEST) throw invalid(name, 'is nested too deeply')
  let branch = root
  for (const part of parts) {
    checkPart(part, name)
    const next = branch[part] ?? Object.create(null)
    if (typeof next === 'string') throw invalid(name, 'is given both as a value and as a list')
    branch[part] = next
    branch = next
  }
  checkPart(last, name)
  if (branch[last] !== undefined) throw invalid(name, 'is given both as a value and as a list')
  branch[last] = value
}

function checkPart(part: string, name: string): void {
  if (['', '__proto__', 'constructor', 'prototype'].includes(part))
    throw invalid(name, 'has a name that is not allowed')
}

function settle(node: string | Branch, name: string): ParameterNode {
  if (typeof node === 'string') return node
  const parts = Object.keys(node)
  if (!parts.some((part) => /^\d+$/.test(part))) {
    const tree: ParameterTree = Object.create(null)
    for (const [part, item] of Object.entries(node)) tree[part] = settle(item, `${name}.${part}`)
    return tree
  }
  return parts.map((_, index) => {
    const item = node[String(index + 1)]
    if (item === undefined || parts.length > LONGEST_LIST) {
      throw invalid(name, `must be numbered from 1 without gaps, up to ${LONGEST_LIST}`)
    }
    return settle(item, `${name}.${index + 1}`)
  })
}

function invalid(name: string, problem: string): Fault {
  const short = shortName(name)
  return new Fault(`InvalidParameter.${short}`, `The parameter ${short} ${problem}.`)
}
