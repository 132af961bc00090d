import {describe, expect, it} from 'vitest'
import {type ActionParameter, parametersOf} from '../../../../src/lib/protocol/ecs/actions.ts'
import {ACTIVATION} from '../../../../src/lib/protocol/ecs/parameters/activation.ts'
import {COMMAND, COMMAND_FILTER} from '../../../../src/lib/protocol/ecs/parameters/command.ts'
import {CLIENT_TOKEN_CHARACTERS, GENERAL} from '../../../../src/lib/protocol/ecs/parameters/general.ts'
import {INSTANCE} from '../../../../src/lib/protocol/ecs/parameters/instance.ts'
import {INVOCATION, INVOCATION_FILTER} from '../../../../src/lib/protocol/ecs/parameters/invocation.ts'
import {PAGING} from '../../../../src/lib/protocol/ecs/parameters/paging.ts'
import type {ParameterTable} from '../../../../src/lib/protocol/ecs/parameters/rules.ts'
import {SCRIPT} from '../../../../src/lib/protocol/ecs/parameters/script.ts'
import {TAGS} from '../../../../src/lib/protocol/ecs/parameters/tags.ts'
import {LISTED_INSTANCES, TARGETS} from '../../../../src/lib/protocol/ecs/parameters/targets.ts'

const RUNS = ['RunCommand', 'InvokeCommand']

/** Where each table is used; every parameter of it must be one of each of these actions. */
const TABLES: ReadonlyArray<{table: string; of: ParameterTable; actions: readonly string[]}> = [
  {table: 'ACTIVATION', of: ACTIVATION, actions: ['CreateActivation']},
  {table: 'COMMAND', of: COMMAND, actions: ['CreateCommand', 'RunCommand']},
  {table: 'COMMAND_FILTER', of: COMMAND_FILTER, actions: ['DescribeCommands']},
  {table: 'GENERAL', of: GENERAL, actions: ['CreateCommand', ...RUNS, 'CreateActivation']},
  {
    table: 'INSTANCE',
    of: INSTANCE,
    actions: ['ModifyManagedInstance', 'DescribeManagedInstances', 'DescribeInstances'],
  },
  {table: 'INVOCATION', of: INVOCATION, actions: RUNS},
  {table: 'INVOCATION_FILTER', of: INVOCATION_FILTER, actions: ['DescribeInvocations']},
  {table: 'LISTED_INSTANCES', of: LISTED_INSTANCES, actions: ['DescribeInstances']},
  {table: 'PAGING', of: PAGING, actions: ['DescribeCommands', 'DescribeInvocations', 'DescribeInvocationResults']},
  {table: 'SCRIPT', of: {content: SCRIPT.content}, actions: ['CreateCommand', 'RunCommand']},
  {table: 'TAGS', of: {tag: TAGS.tag}, actions: ['CreateCommand', 'CreateActivation', 'DescribeInstances']},
  {table: 'TAGS', of: TAGS, actions: RUNS},
  {table: 'TARGETS', of: TARGETS, actions: [...RUNS, 'StopInvocation', 'DescribeCloudAssistantStatus']},
]

const parameters = TABLES.flatMap(({table, of, actions}) =>
  Object.entries(of).flatMap(([key, rules]) =>
    actions.map((action) => ({where: `${table}.${key} in ${action}`, action, rules})),
  ),
)

/** How a parameter with such rules travels. */
function typesOf(rules: ParameterTable[string]): ReadonlyArray<ActionParameter['type']> {
  if ('codes' in rules) return ['structure']
  // DescribeInstances spells its lists as one text.
  if ('items' in rules) return ['list', 'JSON', 'text']
  return 'min' in rules ? ['integer'] : ['text']
}

describe('the parameter tables', () => {
  it.each(parameters)('name what the API has: $where', ({action, rules}) => {
    const documented = parametersOf(action)?.find(({name}) => name === rules.name)
    expect(typesOf(rules)).toContain(documented?.type)
  })

  it('give defaults that they would take themselves', () => {
    const wrong = TABLES.flatMap(({of}) => Object.values(of)).filter(
      (rules) =>
        'min' in rules && rules.default !== undefined && (rules.default < rules.min || rules.default > rules.max),
    )
    expect(wrong).toEqual([])
  })

  it('count the characters of a client token as its pattern does', () => {
    const {is} = GENERAL.clientToken.pattern
    expect(is.test('x'.repeat(CLIENT_TOKEN_CHARACTERS))).toBe(true)
    expect(is.test('x'.repeat(CLIENT_TOKEN_CHARACTERS + 1))).toBe(false)
  })

  it.each([
    {name: 'ACTIVATION', parameter: ACTIVATION.instanceName},
    {name: 'INSTANCE', parameter: INSTANCE.name},
  ])('let the pattern of a name end where its limit does: $name', ({parameter: {limit, pattern}}) => {
    expect(pattern.is.test('n'.repeat(limit.size))).toBe(true)
    expect(pattern.is.test('n'.repeat(limit.size + 1))).toBe(false)
  })
})
