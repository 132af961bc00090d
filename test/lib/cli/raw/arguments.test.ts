import {describe, expect, it} from 'vitest'
import {parseEcsArguments} from '../../../../src/lib/cli/raw/arguments.ts'
import {AssistError} from '../../../../src/lib/core/errors.ts'

const parse = (...argv: string[]) => parseEcsArguments(argv, '2014-05-26')

describe('parseEcsArguments', () => {
  it.each([
    {
      name: 'the create line of aliyuncli',
      argv: ['CreateCommand', '--CommandContent', 'ZWNobyAxMjM=', '--Type', 'RunShellScript', '--Name', 'test'],
      parameters: {CommandContent: 'ZWNobyAxMjM=', Type: 'RunShellScript', Name: 'test'},
    },
    {
      name: 'the invoke line of aliyuncli',
      argv: ['InvokeCommand', '--InstanceId.1', 'i-1', '--Timed', 'true', '--Frequency', '0 */10 * * * *'],
      parameters: {'InstanceId.1': 'i-1', Timed: 'true', Frequency: '0 */10 * * * *'},
    },
    {
      name: 'values word for word',
      argv: ['RunCommand', '--CommandContent', '-n $x "y"\n', '--Name=a=b', '--Description', '', '--Timeout', '-1'],
      parameters: {CommandContent: '-n $x "y"\n', Name: 'a=b', Description: '', Timeout: '-1'},
    },
    {
      name: 'an inline value with dashes',
      argv: ['RunCommand', '--CommandContent=--x'],
      parameters: {CommandContent: '--x'},
    },
    {
      name: 'flags between parameters',
      argv: ['DescribeCommands', '-p', 'local', '--Name', 'x', '-q', '--region', 'cn-x'],
      parameters: {Name: 'x'},
      flags: {profile: 'local', quiet: true, region: 'cn-x'},
    },
    {
      name: 'RegionId as parameter and region',
      argv: ['DescribeCommands', '--RegionId', 'cn-x'],
      parameters: {RegionId: 'cn-x'},
      flags: {region: 'cn-x'},
    },
    {
      name: 'a table as the official CLI wants it',
      argv: ['DescribeCommands', '--output', 'cols=Name,CommandId', 'rows=Commands.Command[]', 'num=true'],
      parameters: {},
      flags: {table: {cols: 'Name,CommandId', rows: 'Commands.Command[]', num: 'true'}},
    },
    {
      name: 'pager and waiter options',
      argv: ['DescribeInvocations', '--waiter', 'expr=a.b', 'to=Success', 'timeout=5', '--cli-query', 'x'],
      parameters: {},
      flags: {waiter: {expr: 'a.b', to: 'Success', timeout: '5'}, query: 'x'},
    },
    {
      name: 'a bare pager',
      argv: ['DescribeCommands', '--pager', '--json'],
      parameters: {},
      flags: {pager: {}, output: 'json'},
    },
    {
      name: 'flags of the official CLI that change nothing here',
      argv: [
        'DescribeCommands',
        '--method',
        'POST',
        '--accept',
        'json',
        '--version',
        '2014-05-26',
        '--log-level',
        'error',
      ],
      parameters: {},
    },
    {name: 'a time limit', argv: ['DescribeCommands', '--timeout', '90s'], parameters: {}, flags: {timeout: '90000'}},
    {
      name: 'a bare time limit',
      argv: ['DescribeCommands', '--timeout', '90'],
      parameters: {},
      flags: {timeout: '90000'},
    },
    {
      name: 'what the official CLI says about one call',
      argv: [
        ...['DescribeCommands', '--header', 'x-acs-trace=a=b', '--header', 'X-Other=', '--endpoint-type', 'vpc'],
        ...['--secure', '--force', '--read-timeout', '7', '--connect-timeout', '3', '--retry-count', '0'],
        ...['--log-level', 'debug', '--config-path', '/x', '--cli-dry-run-json'],
      ],
      parameters: {},
      flags: {
        headers: {'x-acs-trace': 'a=b', 'x-other': ''},
        'endpoint-type': 'vpc',
        secure: true,
        force: true,
        'read-timeout': '7',
        'connect-timeout': '3',
        'retry-count': '0',
        debug: true,
        'config-path': '/x',
        isDryRun: true,
      },
    },
    {name: 'a wish for help', argv: ['RunCommand', 'help'], parameters: {}, flags: {help: true}},
  ])('reads $name', ({argv, parameters, flags = {}}) => {
    expect(parse(...argv)).toEqual({action: argv[0], parameters, flags})
  })

  it.each([
    {name: 'no action', argv: [], says: 'the action is missing'},
    {
      name: 'an action in kebab case',
      argv: ['describe-commands'],
      says: 'no action',
      hint: 'assist ecs DescribeCommands',
    },
    {name: 'a second action', argv: ['A', 'B'], says: '"B" is neither'},
    {name: 'a parameter twice', argv: ['A', '--Name', 'x', '--Name', 'y'], says: '--Name is given twice'},
    {name: 'a missing value', argv: ['A', '--Name'], says: '--Name needs a value'},
    {
      name: 'a forgotten value',
      argv: ['A', '--Name', '--Type', 'x'],
      says: '--Name needs a value',
      hint: '--Name=VALUE',
    },
    {name: 'an unknown flag', argv: ['A', '--profil', 'x'], says: 'no flag "--profil"', hint: '--profile'},
    {name: 'an unknown letter', argv: ['A', '-x'], says: 'no flag "-x"'},
    {name: 'a secret', argv: ['A', '--access-key-secret', 'x'], says: 'secrets are not taken from the command line'},
    {name: 'what the signature sets', argv: ['A', '--AccessKeyId', 'x'], says: 'set by the signature'},
    {name: 'what only old signatures had', argv: ['A', '--SignatureType', ''], says: 'set by the signature'},
    {name: 'two regions', argv: ['A', '--RegionId', 'x', '--region', 'y'], says: 'different values'},
    {name: 'another version', argv: ['A', '--version', '2020-01-01'], says: '2014-05-26 only'},
    {name: 'a value for a switch', argv: ['A', '--quiet=yes'], says: '--quiet takes no value'},
    {name: 'no duration', argv: ['A', '--timeout', 'soon'], says: '--timeout must be a number of seconds'},
    {name: 'a body', argv: ['A', '--body', 'x'], says: '--body cannot be given', hint: undefined},
    {name: 'no check of certificates', argv: ['A', '--skip-secure-verify'], says: 'cannot verify'},
    {name: 'a header of ours', argv: ['A', '--header', 'Authorization=x'], says: 'set by assist itself'},
    {name: 'half a header', argv: ['A', '--header', 'x'], says: 'name=value'},
    {name: 'an endpoint type that is none', argv: ['A', '--endpoint-type', 'moon'], says: 'vpc or public'},
    {name: 'a prototype', argv: ['A', '--__proto__', 'x'], says: 'no flag "--__proto__"'},
  ])('refuses $name before anything is sent', ({argv, says, hint}) => {
    let error: unknown
    try {
      parse(...argv)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(AssistError)
    expect(error).toMatchObject({code: 'usage', message: expect.stringContaining(says)})
    if (hint) expect((error as AssistError).hint).toContain(hint)
  })
})
