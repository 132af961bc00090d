import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Parameters} from '../../../../support/rpc-client.ts'
import {startTestServer, type TestServer} from '../../../../support/rpc-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const SCRIPT = {Name: 'test', Type: 'RunShellScript', CommandContent: base64('echo 123\n')}
const withParameters = (script: string): Parameters => ({
  ...SCRIPT,
  CommandContent: base64(script),
  EnableParameter: true,
})

describe('CreateCommand', () => {
  it('stores a script that DescribeCommands gives back', async () => {
    const {CommandId} = await server.ok('CreateCommand', {
      ...SCRIPT,
      Name: '测试 "x"',
      Description: 'two\nlines',
      WorkingDir: '/home/user',
      Timeout: 3600,
      EnableParameter: true,
      CommandContent: base64('echo {{ name }} {{b}} {{NAME}}'),
      Launcher: 'python3 -u {{ACS::ScriptFileName|Ext(".py")}}',
      ResourceGroupId: 'rg-1',
      Tag: [{Key: 'owner', Value: 'zhang san'}, {Key: 'empty'}],
    })
    expect(CommandId).toMatch(/^c-[a-z2-7]{20}$/)
    const {Commands, ...rest} = await server.ok('DescribeCommands', {CommandId})
    expect(Commands.Command).toEqual([
      {
        CommandId,
        Name: '测试 "x"',
        Description: 'two\nlines',
        Type: 'RunShellScript',
        CommandContent: base64('echo {{ name }} {{b}} {{NAME}}'),
        WorkingDir: '/home/user',
        Timeout: 3600,
        EnableParameter: true,
        ParameterNames: {ParameterName: ['name', 'b']},
        Launcher: 'python3 -u {{ACS::ScriptFileName|Ext(".py")}}',
        ResourceGroupId: 'rg-1',
        InvokeTimes: 0,
        CreationTime: '2026-01-02T03:04:05Z',
        Tags: {
          Tag: [
            {TagKey: 'empty', TagValue: ''},
            {TagKey: 'owner', TagValue: 'zhang san'},
          ],
        },
      },
    ])
    expect(rest).toMatchObject({PageNumber: 1, PageSize: 10, TotalCount: 1, NextToken: ''})
    const plain = await server.ok('DescribeCommands', {CommandId, ContentEncoding: 'plaintext'})
    expect(plain.Commands.Command[0].CommandContent).toBe('echo {{ name }} {{b}} {{NAME}}')
  })

  it('takes defaults where nothing is given', async () => {
    const {CommandId} = await server.ok('CreateCommand', SCRIPT)
    const {Commands} = await server.ok('DescribeCommands', {CommandId})
    expect(Commands.Command[0]).toMatchObject({
      Timeout: 60,
      EnableParameter: false,
      WorkingDir: '',
      Launcher: '',
      Tags: {Tag: []},
    })
  })

  it.each([
    {name: 'Base64 by default', content: base64('a\0b'.replace('\0', 'é')), encoding: undefined, script: 'aéb'},
    {name: 'Base64 for an encoding nobody knows', content: base64('x'), encoding: 'Rot13', script: 'x'},
    {
      name: 'Base64 with line breaks',
      content: base64('y'.repeat(60)).replace(/.{40}/g, '$&\r\n'),
      encoding: 'Base64',
      script: 'y'.repeat(60),
    },
    {name: 'plain text', content: 'ZWNobw==', encoding: 'PlainText', script: 'ZWNobw=='},
    {name: 'a byte order mark and CRLF', content: base64('\ufeffa\r\n'), encoding: 'Base64', script: '\ufeffa\r\n'},
    {name: 'as much as fits', content: 'x'.repeat(18_432), encoding: 'PlainText', script: 'x'.repeat(18_432)},
  ])('reads $name', async ({content, encoding, script}) => {
    const {CommandId} = await server.ok('CreateCommand', {
      ...SCRIPT,
      CommandContent: content,
      ContentEncoding: encoding,
    })
    const {Commands} = await server.ok('DescribeCommands', {CommandId, ContentEncoding: 'PlainText'})
    expect(Commands.Command[0].CommandContent).toBe(script)
  })

  // B18, B19, B20, B22, and the rules of tags (1.11).
  it.each<{name: string; change: Parameters; status: number; code: string; says?: string}>([
    {name: 'no region', change: {RegionId: undefined}, status: 400, code: 'MissingParameter.RegionId'},
    {name: 'a region that is none', change: {RegionId: 'Nowhere!'}, status: 404, code: 'InvalidRegionId.NotFound'},
    {name: 'no name', change: {Name: ''}, status: 400, code: 'MissingParameter.Name'},
    {name: 'no type', change: {Type: undefined}, status: 400, code: 'MissingParameter.Type'},
    {name: 'no content', change: {CommandContent: ''}, status: 400, code: 'MissingParameter.CommandContent'},
    {
      name: 'an unknown type',
      change: {Type: 'RunPythonScript'},
      status: 404,
      code: 'InvalidCmdType.NotFound',
      says: '"RunPythonScript"',
    },
    {
      name: 'content that is not Base64',
      change: {CommandContent: 'echo 1!'},
      status: 400,
      code: 'CmdContent.DecodeError',
    },
    {
      name: 'Base64 with a blank for a plus',
      change: {CommandContent: `${base64('\xfb\xfb\xfb')} `},
      status: 400,
      code: 'CmdContent.DecodeError',
    },
    {name: 'Base64 without its padding', change: {CommandContent: 'YQ'}, status: 400, code: 'CmdContent.DecodeError'},
    {
      name: 'Base64 of other bytes than UTF-8',
      change: {CommandContent: '/////w=='},
      status: 400,
      code: 'CmdContent.DecodeError',
    },
    {name: 'Base64 of NUL', change: {CommandContent: 'AGE='}, status: 400, code: 'CmdContent.DecodeError'},
    {
      name: 'a byte more than fits',
      change: {CommandContent: 'x'.repeat(18_433), ContentEncoding: 'PlainText'},
      status: 403,
      code: 'CmdContent.ExceedLimit',
      says: '24576 bytes after Base64; given: 24580',
    },
    {
      name: 'a name of 129 characters',
      change: {Name: '试'.repeat(129)},
      status: 403,
      code: 'CmdName.ExceedLimit',
      says: '128 characters; given: 129',
    },
    {
      name: 'a name with a line break',
      change: {Name: 'a\nb'},
      status: 403,
      code: 'InvalidParameterCharacter.CommandName',
    },
    {
      name: 'a description of 513 characters',
      change: {Description: 'x'.repeat(513)},
      status: 403,
      code: 'CmdDesc.ExceedLimit',
    },
    {
      name: 'a description with an escape character',
      change: {Description: '\u001b[31m'},
      status: 403,
      code: 'InvalidParameterCharacter.CommandDescription',
    },
    {
      name: 'a directory of 201 characters',
      change: {WorkingDir: `/${'x'.repeat(200)}`},
      status: 400,
      code: 'InvalidParameter.WorkingDir',
      says: '200 characters; given: 201',
    },
    {
      name: 'a directory with a control character',
      change: {WorkingDir: '/a\u0007'},
      status: 403,
      code: 'InvalidParameterCharacter.CommandWorkingDir',
    },
    {
      name: 'a launcher of 1025 bytes',
      change: {Launcher: `${'é'.repeat(512)}x`},
      status: 403,
      code: 'InvalidLauncher.LengthLimitExceeded',
      says: '1024 bytes; given: 1025',
    },
    {
      name: 'timeout 0',
      change: {Timeout: 0},
      status: 403,
      code: 'InvalidTimeout.ExceedLimit',
      says: 'between 10 and 86400; given: "0"',
    },
    {name: 'timeout -1', change: {Timeout: -1}, status: 403, code: 'InvalidTimeout.ExceedLimit'},
    {name: 'timeout 9', change: {Timeout: 9}, status: 403, code: 'InvalidTimeout.ExceedLimit'},
    {name: 'timeout 86401', change: {Timeout: 86_401}, status: 403, code: 'InvalidTimeout.ExceedLimit'},
    {name: 'timeout 1.5', change: {Timeout: 1.5}, status: 400, code: 'InvalidParameter.Timeout'},
    {name: 'timeout 60s', change: {Timeout: '60s'}, status: 400, code: 'InvalidParameter.Timeout'},
    {name: 'timeout 1e2', change: {Timeout: '1e2'}, status: 400, code: 'InvalidParameter.Timeout'},
    {
      name: 'a flag that is neither',
      change: {EnableParameter: 'yes'},
      status: 400,
      code: 'InvalidParameter.EnableParameter',
    },
    {
      name: '21 parameters',
      change: withParameters(Array.from({length: 21}, (_, i) => `{{p${i}}}`).join()),
      status: 403,
      code: 'CmdParamCount.ExceedLimit',
      says: '20 parameters; given: 21',
    },
    {name: 'a parameter without a name', change: withParameters('{{ }}'), status: 400, code: 'CmdParam.EmptyKey'},
    {
      name: 'a parameter with a blank inside',
      change: withParameters('{{a b}}'),
      status: 400,
      code: 'CmdParam.InvalidParamName',
    },
    {
      name: 'a parameter in another script',
      change: withParameters('{{имя}}'),
      status: 400,
      code: 'CmdParam.InvalidParamName',
    },
    {
      name: 'a parameter name of 65 bytes',
      change: withParameters(`{{${'n'.repeat(65)}}}`),
      status: 403,
      code: 'CmdParamName.ExceedLimit',
    },
    {
      name: 'a token of 65 characters',
      change: {ClientToken: 't'.repeat(65)},
      status: 400,
      code: 'InvalidClientToken.Malformed',
    },
    {
      name: 'a token that is not ASCII',
      change: {ClientToken: '令牌'},
      status: 400,
      code: 'InvalidClientToken.Malformed',
    },
    {
      name: '21 tags',
      change: {Tag: Array.from({length: 21}, (_, i) => ({Key: `k${i}`}))},
      status: 400,
      code: 'NumberExceed.Tags',
    },
    {name: 'a tag without a key', change: {Tag: [{Value: 'v'}]}, status: 400, code: 'MissingParameter.TagKey'},
    {name: 'a tag key twice', change: {Tag: [{Key: 'a'}, {Key: 'a'}]}, status: 400, code: 'Duplicate.TagKey'},
    {
      name: 'a tag key of 65 characters',
      change: {Tag: [{Key: 'k'.repeat(65)}]},
      status: 400,
      code: 'InvalidTagKey.Malformed',
    },
    {name: 'a tag key of the service', change: {Tag: [{Key: 'acs:x'}]}, status: 400, code: 'InvalidTagKey.Malformed'},
    {
      name: 'a tag value of 129 characters',
      change: {Tag: [{Key: 'k', Value: 'v'.repeat(129)}]},
      status: 400,
      code: 'InvalidTagValue.Malformed',
    },
    {
      name: 'a tag value with a URL',
      change: {Tag: [{Key: 'k', Value: 'see http://x'}]},
      status: 400,
      code: 'InvalidTagValue.Malformed',
    },
    {
      name: 'a resource group id with a blank',
      change: {ResourceGroupId: 'rg 1'},
      status: 400,
      code: 'InvalidParameter.ResourceGroupId',
    },
  ])('refuses $name', async ({change, status, code, says}) => {
    const before = await server.ok('DescribeCommands')
    const answer = await server.call('CreateCommand', {...SCRIPT, ...change})
    expect(answer).toMatchObject({status, body: {Code: code}})
    if (says) expect(answer.body.Message).toContain(says)
    // B42: one line, the given value cut short.
    expect(answer.body.Message).not.toContain('\n')
    expect(answer.body.Message.length).toBeLessThan(320)
    expect((await server.ok('DescribeCommands')).TotalCount).toBe(before.TotalCount)
  })

  it('ignores placeholders while parameters are off', async () => {
    await server.ok('CreateCommand', {...SCRIPT, CommandContent: base64('docker ps --format {{.Names}} {{}} {{a b}}')})
  })

  it('ignores parameters it does not know', async () => {
    await server.ok('CreateCommand', {...SCRIPT, OwnerId: 1, ResourceOwnerAccount: 'x', 'Nested.1.Thing': 'y'})
  })
})

describe('ModifyCommand', () => {
  it('changes what is given and keeps the rest, the script above all', async () => {
    const {CommandId} = await server.ok('CreateCommand', {
      ...SCRIPT,
      Description: 'old',
      WorkingDir: '/old',
      Launcher: 'sh',
    })
    await server.ok('ModifyCommand', {
      CommandId,
      Name: 'new',
      Timeout: 90,
      Launcher: '',
      CommandContent: base64('rm -rf /'),
    })
    const {Commands} = await server.ok('DescribeCommands', {CommandId})
    expect(Commands.Command[0]).toMatchObject({
      Name: 'new',
      Timeout: 90,
      Launcher: '',
      Description: 'old',
      WorkingDir: '/old',
      CommandContent: SCRIPT.CommandContent,
    })
  })

  it.each([
    {name: 'an unknown command', change: {CommandId: 'c-unknown'}, status: 404, code: 'InvalidCmdId.NotFound'},
    {name: 'no command', change: {CommandId: undefined}, status: 400, code: 'MissingParameter.CommandId'},
    {name: 'a long name', change: {Name: 'x'.repeat(129)}, status: 403, code: 'CmdName.ExceedLimit'},
    {name: 'a short timeout', change: {Timeout: 1}, status: 403, code: 'InvalidTimeout.ExceedLimit'},
  ])('refuses $name', async ({change, status, code}) => {
    const {CommandId} = await server.ok('CreateCommand', SCRIPT)
    expect(await server.call('ModifyCommand', {CommandId, ...change})).toMatchObject({status, body: {Code: code}})
  })
})

describe('DeleteCommand', () => {
  it('removes a command, and refuses while an instance has yet to run it', async () => {
    const {CommandId} = await server.ok('CreateCommand', SCRIPT)
    const instance = await server.addInstance('mi-delete')
    const {InvokeId} = await server.ok('InvokeCommand', {CommandId, InstanceId: [instance]})
    expect(await server.call('DeleteCommand', {CommandId})).toMatchObject({
      status: 403,
      body: {Code: 'Operation.Forbidden'},
    })
    await server.addResult(InvokeId, instance)
    await server.ok('DeleteCommand', {CommandId})
    expect(await server.call('DeleteCommand', {CommandId})).toMatchObject({
      status: 404,
      body: {Code: 'InvalidCmdId.NotFound'},
    })
    const {Invocations} = await server.ok('DescribeInvocations', {InvokeId})
    expect(Invocations.Invocation[0]).toMatchObject({
      CommandId,
      CommandName: 'test',
      CommandContent: SCRIPT.CommandContent,
    })
  })
})

describe('other accounts and regions', () => {
  it('cannot see, use, change or delete a command (S3)', async () => {
    const {CommandId} = await server.ok('CreateCommand', SCRIPT)
    const key = await server.addKey('3000')
    for (const [parameters, signing] of [
      [{}, {key}],
      [{RegionId: 'cn-beijing'}, {}],
    ] as const) {
      expect((await server.ok('DescribeCommands', {CommandId, ...parameters}, signing)).TotalCount).toBe(0)
      for (const action of ['ModifyCommand', 'DeleteCommand', 'InvokeCommand']) {
        const answer = await server.call(
          action,
          {CommandId, InstanceId: ['mi-delete'].slice(action === 'InvokeCommand' ? 0 : 1), ...parameters},
          signing,
        )
        expect(answer, action).toMatchObject({status: 404, body: {Code: 'InvalidCmdId.NotFound'}})
      }
    }
  })

  it('answers for the configured regions only', async () => {
    const one = await startTestServer({regions: ['cn-hangzhou', 'eu-central-1']})
    expect(await one.call('DescribeCommands', {RegionId: 'cn-beijing'})).toMatchObject({
      status: 404,
      body: {Code: 'InvalidRegionId.NotFound'},
    })
    await one.ok('DescribeCommands', {RegionId: 'eu-central-1'})
    const {Regions} = await one.ok('DescribeRegions')
    expect(Regions.Region.map((region: {RegionId: string}) => region.RegionId)).toEqual(['cn-hangzhou', 'eu-central-1'])
    await one.close()
  })
})

describe('DescribeCommands', () => {
  let own: TestServer
  beforeAll(async () => {
    own = await startTestServer()
    for (const [index, Name] of [
      'deploy',
      'deploy-db',
      '100%',
      '100x',
      'a_b',
      'aXb',
      "o'neil; drop table commands",
      'back\\slash',
    ].entries()) {
      own.clock.nowMs += index % 2 === 0 ? 1000 : 0
      await own.ok('CreateCommand', {
        ...SCRIPT,
        Name,
        Description: `about ${Name}`,
        Type: index === 1 ? 'RunBatScript' : 'RunShellScript',
        Tag: [{Key: 'n', Value: String(index % 2)}],
      })
    }
  })
  afterAll(() => own.close())

  const names = async (parameters: Parameters): Promise<string[]> =>
    (await own.ok('DescribeCommands', parameters)).Commands.Command.map(
      (command: {Name: string}) => command.Name,
    ).sort()

  // B26: only * is a wildcard.
  it.each<{name: string; parameters: Parameters; found: string[]}>([
    {name: 'an exact name', parameters: {Name: 'deploy'}, found: ['deploy']},
    {name: 'a prefix', parameters: {Name: 'deploy*'}, found: ['deploy', 'deploy-db']},
    {name: 'a suffix', parameters: {Name: '*db'}, found: ['deploy-db']},
    {name: 'a part', parameters: {Name: '*e*l*'}, found: ['deploy', 'deploy-db', "o'neil; drop table commands"]},
    {name: 'a percent sign', parameters: {Name: '100%'}, found: ['100%']},
    {name: 'an underscore', parameters: {Name: 'a_b'}, found: ['a_b']},
    {name: 'a backslash', parameters: {Name: 'back\\*'}, found: ['back\\slash']},
    {name: 'SQL', parameters: {Name: "o'neil; drop table commands"}, found: ["o'neil; drop table commands"]},
    {name: 'a description', parameters: {Description: '*deploy'}, found: ['deploy']},
    {name: 'a type', parameters: {Type: 'RunBatScript'}, found: ['deploy-db']},
    {name: 'a tag with its value', parameters: {Tag: [{Key: 'n', Value: '1'}], Name: '*d*'}, found: ['deploy-db']},
    {name: 'a tag with another value', parameters: {Tag: [{Key: 'n', Value: ''}]}, found: []},
    {name: 'a tag key', parameters: {Tag: [{Key: 'n'}], Name: 'deploy'}, found: ['deploy']},
    {name: 'public commands, of which there are none', parameters: {Provider: 'AlibabaCloud'}, found: []},
  ])('filters by $name', async ({parameters, found}) => {
    expect(await names(parameters)).toEqual([...found].sort())
  })

  it.each<{name: string; parameters: Parameters; code: string; status?: number}>([
    {name: 'PageSize 0', parameters: {PageSize: 0}, code: 'InvalidParam.PageSize'},
    {name: 'PageSize -1', parameters: {PageSize: -1}, code: 'InvalidParam.PageSize'},
    {name: 'PageSize 51', parameters: {PageSize: 51}, code: 'InvalidParam.PageSize'},
    {name: 'PageSize ten', parameters: {PageSize: 'ten'}, code: 'InvalidParam.PageSize'},
    {name: 'PageNumber 0', parameters: {PageNumber: 0}, code: 'InvalidParam.PageNumber'},
    {name: 'MaxResults 0', parameters: {MaxResults: 0}, code: 'InvalidParameter.MaxResults'},
    {name: 'MaxResults 51', parameters: {MaxResults: 51}, code: 'InvalidParameter.MaxResults'},
    {name: 'a NextToken of nobody', parameters: {NextToken: 'abc'}, code: 'InvalidParameter.NextToken'},
    {name: 'a type', parameters: {Type: 'X'}, status: 404, code: 'InvalidCommandType.NotFound'},
    {name: 'a long name', parameters: {Name: 'x'.repeat(129)}, status: 403, code: 'InvalidName.LengthLimitExceeded'},
    {
      name: 'a long description',
      parameters: {Description: 'x'.repeat(513)},
      status: 403,
      code: 'InvalidDescription.LengthLimitExceeded',
    },
  ])('refuses $name', async ({parameters, status = 400, code}) => {
    expect(await own.call('DescribeCommands', parameters)).toMatchObject({status, body: {Code: code}})
  })

  it('walks all pages by number and by token, newest first, each command once', async () => {
    const numbered: string[] = []
    for (let PageNumber = 1; PageNumber <= 4; PageNumber += 1) {
      const page = await own.ok('DescribeCommands', {PageNumber, PageSize: 3})
      expect(page).toMatchObject({PageNumber, PageSize: 3, TotalCount: 8})
      numbered.push(...page.Commands.Command.map((command: {CommandId: string}) => command.CommandId))
    }
    const byToken: string[] = []
    let NextToken: string | undefined
    do {
      const page = await own.ok('DescribeCommands', {MaxResults: 3, NextToken})
      expect(page).toMatchObject({PageNumber: 1, PageSize: 3, TotalCount: page.Commands.Command.length})
      byToken.push(...page.Commands.Command.map((command: {CommandId: string}) => command.CommandId))
      NextToken = page.NextToken
    } while (NextToken)
    expect(byToken).toEqual(numbered)
    expect(new Set(byToken).size).toBe(8)
  })

  it('goes on by token from a numbered page, when more follows and only then', async () => {
    const first = await own.ok('DescribeCommands', {PageNumber: 1, PageSize: 3})
    const second = await own.ok('DescribeCommands', {PageNumber: 2, PageSize: 3})
    const next = await own.ok('DescribeCommands', {MaxResults: 3, NextToken: first.NextToken})
    expect(next.Commands).toEqual(second.Commands)
    expect((await own.ok('DescribeCommands', {PageNumber: 3, PageSize: 3})).NextToken).toBe('')
    expect((await own.ok('DescribeCommands', {PageNumber: 1, PageSize: 8})).NextToken).toBe('')
  })

  it('ignores page numbers once a token style parameter is sent', async () => {
    expect(
      (await own.ok('DescribeCommands', {MaxResults: 2, PageNumber: 0, PageSize: 999})).Commands.Command,
    ).toHaveLength(2)
  })

  // B25
  it('takes a NextToken back only unchanged, from its caller, with its filters, within a day', async () => {
    const {NextToken} = await own.ok('DescribeCommands', {MaxResults: 2})
    const key = await own.addKey('4000')
    const altered = (NextToken[0] === 'A' ? 'B' : 'A') + NextToken.slice(1)
    for (const [parameters, signing] of [
      [{MaxResults: 2, NextToken: altered}, {}],
      [{MaxResults: 2, NextToken, Name: 'a*'}, {}],
      [{MaxResults: 2, NextToken, RegionId: 'cn-beijing'}, {}],
      [{MaxResults: 2, NextToken}, {key}],
    ] as const) {
      expect(await own.call('DescribeCommands', parameters, signing)).toMatchObject({
        status: 400,
        body: {Code: 'InvalidParameter.NextToken'},
      })
    }
    await own.ok('DescribeCommands', {MaxResults: 5, NextToken})
    own.clock.nowMs += 24 * 3_600_000 + 1
    expect(await own.call('DescribeCommands', {NextToken})).toMatchObject({
      status: 400,
      body: {Code: 'InvalidParameter.NextToken'},
    })
  })
})
