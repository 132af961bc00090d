import {readFileSync, writeFileSync} from 'node:fs'
import {createServer, type IncomingHttpHeaders, type Server} from 'node:http'
import {createServer as createSecureServer} from 'node:https'
import {type AddressInfo, connect} from 'node:net'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {type AssistOptions, assist, PROJECT, startAssist, tempFolder} from '../support/cli.ts'

const home = tempFolder()
let server: Server
let url = ''
let asked: URLSearchParams[] = []
let headers: IncomingHttpHeaders = {}
let answer: (form: URLSearchParams) => {status?: number; type?: string; body: string}

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => {
      text += chunk
    })
    request.on('end', () => {
      const form = new URLSearchParams(text)
      asked.push(form)
      headers = request.headers
      const {status = 200, type = 'application/json', body} = answer(form)
      response.writeHead(status, {'content-type': type}).end(body)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
  home.remove()
})
beforeEach(() => {
  asked = []
  answer = () => ({
    body: '{"RequestId":"r","Commands":{"Command":[{"CommandId":"c-1","Name":"a"},{"CommandId":"c-2","Name":"b"}]}}',
  })
})

const env = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI5tExample',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'CANARY-secret',
  ALIBABA_CLOUD_REGION_ID: 'cn-test',
}
const ecs = (args: string[], more: Partial<AssistOptions> = {}) =>
  assist(['ecs', ...args], {home: home.path, ...more, env: {...env, ALIBABA_CLOUD_ENDPOINT: url, ...more.env}})

const TLS = join(PROJECT, 'test/fixtures/tls')

function certificate(): {cert: Buffer; key: Buffer} {
  return {cert: readFileSync(join(TLS, 'cert.pem')), key: readFileSync(join(TLS, 'key.pem'))}
}

async function listening(one: Server): Promise<number> {
  await new Promise<void>((done) => one.listen(0, '127.0.0.1', done))
  return (one.address() as AddressInfo).port
}

describe('ecs', () => {
  it('prints the answer as it came and nothing else', async () => {
    const ended = await ecs(['DescribeCommands', '--Name', 'x'])
    expect(ended).toMatchObject({code: 0, stderr: ''})
    expect(JSON.parse(ended.stdout)).toEqual(JSON.parse(answer(new URLSearchParams()).body))
    expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({
      Action: 'DescribeCommands',
      Name: 'x',
      RegionId: 'cn-test',
    })
  })

  it('filters, tabulates and shows what it would send', async () => {
    expect((await ecs(['DescribeCommands', '--cli-query', 'Commands.Command[].Name'])).stdout).toBe(
      '[\n  "a",\n  "b"\n]\n',
    )
    const table = await ecs(['DescribeCommands', '--output', 'cols=Name,CommandId', 'num=true'])
    expect(table.stdout).toBe('Num | Name | CommandId\n--- | ---- | ---------\n0   | a    | c-1\n1   | b    | c-2\n')
    const root = await ecs(['DescribeCommands', '--output', 'cols=RequestId'])
    expect(root.stdout).toBe('RequestId\n---------\nr\n')
    expect(await ecs(['DescribeCommands', '--quiet'])).toMatchObject({code: 0, stdout: '', stderr: ''})
    asked = []
    const dry = await ecs(['DescribeCommands', '--Name', 'x', '--dryrun'])
    expect(JSON.parse(dry.stdout)).toEqual({
      action: 'DescribeCommands',
      endpoint: url,
      region: 'cn-test',
      parameters: {RegionId: 'cn-test', Name: 'x'},
    })
    const inside = await ecs(['DescribeCommands', '--endpoint-type', 'vpc', '--dryrun'], {
      env: {ALIBABA_CLOUD_ENDPOINT: ''},
    })
    expect(JSON.parse(inside.stdout).endpoint).toBe('https://ecs-vpc.cn-test.aliyuncs.com')
    expect(asked).toEqual([])
  })

  it('tells refusals, pages of proxies and mistakes by its exit code, in words or in JSON', async () => {
    answer = () => ({status: 403, body: '{"RequestId":"r-9","Code":"Forbidden.RAM","Message":"No."}'})
    const refused = await ecs(['DescribeCommands'])
    expect(refused).toMatchObject({code: 121, stdout: ''})
    expect(refused.stderr).toMatch(
      /^Error: DescribeCommands: Forbidden\.RAM: No\. \(request r-9\)\n.*ecs:DescribeCommands/,
    )
    const asJson = await ecs(['DescribeCommands', '--json'])
    expect(asJson.code).toBe(121)
    expect(JSON.parse(asJson.stderr).error).toMatchObject({code: 'refused', exitCode: 121})
    answer = () => ({type: 'text/html', body: '<html>CANARY</html>'})
    expect(await ecs(['DescribeCommands'])).toMatchObject({code: 122, stdout: ''})
    asked = []
    expect(await ecs(['DescribeCommands', '--profle', 'x'])).toMatchObject({code: 2})
    expect(await ecs(['DescribeCommands', '--pager', '--dryrun'])).toMatchObject({code: 2})
    expect(asked).toEqual([])
  })

  it.each([
    {name: 'a query', argv: ['--query', 'bad[[']},
    {name: 'a query in the official spelling', argv: ['--cli-query', 'bad[[']},
    {name: 'columns', argv: ['--output', 'cols=a:b']},
    {name: 'rows', argv: ['--output', 'cols=a', 'rows=bad[[']},
    {name: 'a form', argv: ['-o', 'xml']},
    {name: 'a waiter', argv: ['--waiter', 'expr=bad[[', 'to=x']},
  ])('refuses $name that cannot be before anything is sent', async ({argv}) => {
    const action = argv[0] === '--waiter' ? ['DescribeCommands'] : ['RunCommand', '--force']
    const ended = await ecs([...action, ...argv])
    expect(ended).toMatchObject({code: 2, stdout: ''})
    expect(ended.stderr).toMatch(/not a JMESPath expression|unknown/)
    expect(asked).toEqual([])
  })

  it('refuses names that the action does not have, and says which were meant', async () => {
    const stop = await ecs(['StopInvocation', '--InvokeId', 't-1', '--InstanceID.1', 'i-1'])
    expect(stop.code).toBe(2)
    expect(stop.stderr).toContain('StopInvocation has no parameter --InstanceID.1; nothing was sent')
    expect(stop.stderr).toContain('Did you mean --InstanceId.1?')
    const run = await ecs([
      'RunCommand',
      '--Type',
      'x',
      '--CommandContent',
      'x',
      '--RepeatMod',
      'Period',
      '--Timout',
      '5',
    ])
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('--RepeatMode, --Timeout?')
    expect(await ecs(['RunCommand', '--Name', 'x'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('RunCommand needs --CommandContent, --Type; nothing was sent'),
    })
    expect(asked).toEqual([])
    expect(await ecs(['StopInvocation', '--InstanceID.1', 'i-1', '--force'])).toMatchObject({code: 0})
    expect(await ecs(['DescribeVpcs', '--Anything', 'x', '--OwnerId', '1'])).toMatchObject({code: 0})
    expect(await ecs(['DescribeCommands', '--Tag.1.Key', 'k', '--OwnerId', '1'])).toMatchObject({code: 0})
  })

  it('repeats only what changes nothing', async () => {
    for (const argv of [['--pager'], ['--waiter', 'expr=a', 'to=b']]) {
      const ended = await ecs(['RunCommand', '--force', ...argv])
      expect(ended).toMatchObject({code: 2, stderr: expect.stringContaining('would be carried out each time')})
    }
    expect(asked).toEqual([])
  })

  it.each([
    {name: 'without a token', token: undefined},
    {name: 'with an empty token', token: ''},
  ])('fetches every page of answers $name', async ({token}) => {
    answer = (form) => {
      const page = Number(form.get('PageNumber') ?? 1)
      const items = page < 4 ? [{CommandId: `c-${page}`}] : []
      const next = token === undefined ? {} : {NextToken: token}
      return {body: JSON.stringify({TotalCount: 3, PageNumber: page, PageSize: 1, ...next, Commands: {Command: items}})}
    }
    const ended = await ecs(['DescribeCommands', '--pager', '--cli-query', 'Commands.Command[].CommandId'])
    expect(JSON.parse(ended.stdout)).toEqual(['c-1', 'c-2', 'c-3'])
  })

  it('follows tokens to their end and does not count pages then', async () => {
    answer = (form) => {
      const at = Number(form.get('NextToken') ?? 1)
      const list = {InvocationResult: [{InvokeId: `t-${at}`}]}
      return {
        body: JSON.stringify({
          Invocation: {TotalCount: 9, NextToken: at < 3 ? `${at + 1}` : '', InvocationResults: list},
        }),
      }
    }
    const ended = await ecs(['DescribeInvocationResults', '--pager'])
    expect(JSON.parse(ended.stdout).Invocation).toMatchObject({
      NextToken: '',
      InvocationResults: {InvocationResult: [{InvokeId: 't-1'}, {InvokeId: 't-2'}, {InvokeId: 't-3'}]},
    })
  })

  it('lists the parameters of an action without asking anybody', async () => {
    const listed = await ecs(['RunCommand', 'help', '--json'])
    expect(listed.code).toBe(0)
    expect(JSON.parse(listed.stdout).parameters).toContainEqual({name: 'InstanceId', type: 'list', required: false})
    expect((await ecs(['StopInvocation', 'help'])).stdout).toContain('--InstanceId.1\tlist')
    expect((await ecs(['StopInvocation', '--help'])).stdout).toContain('--InstanceId.1\tlist')
    expect((await ecs(['StopInvocaton', 'help'])).stderr).toContain('Did you mean: assist ecs StopInvocation help')
    expect(asked).toEqual([])
  })

  it('guesses the action when the service knows none of that name', async () => {
    answer = () => ({status: 404, body: '{"RequestId":"r","Code":"InvalidAction.NotFound","Message":"No."}'})
    const ended = await ecs(['DescribeInvocation'])
    expect(ended.code).toBe(121)
    expect(ended.stderr).toContain('Did you mean: assist ecs DescribeInvocations')
  })

  it('sends headers that it is given', async () => {
    await ecs(['DescribeCommands', '--header', 'x-trace=a b', '--header', 'X-Other=1'])
    expect(headers).toMatchObject({'x-trace': 'a b', 'x-other': '1', 'x-acs-action': 'DescribeCommands'})
  })

  it.each([
    {name: 'the time of a try', flags: ['--read-timeout', '1', '--connect-timeout', '1']},
    {name: 'the time of a try by its other name', flags: ['--retry-timeout', '2']},
  ])('takes $name from its flags', {timeout: 10_000}, async ({flags}) => {
    const silent = createServer(() => {})
    const port = await listening(silent)
    const ended = await ecs(['DescribeCommands', '--retry-count', '0', ...flags], {
      env: {ALIBABA_CLOUD_ENDPOINT: `http://127.0.0.1:${port}`},
    })
    silent.closeAllConnections()
    silent.close()
    expect(ended.code).toBe(122)
    expect(ended.stderr).toContain(`cannot reach 127.0.0.1:${port}: no answer in time`)
  })

  it('takes the number of tries, TLS and profiles of the official CLI from its flags', async () => {
    const file = join(home.path, 'official.json')
    writeFileSync(
      file,
      JSON.stringify({
        current: 'theirs',
        profiles: [
          {
            name: 'theirs',
            mode: 'AK',
            access_key_id: 'LTAItheirs',
            access_key_secret: 's',
            region_id: 'cn-theirs',
            endpoint: url,
          },
        ],
      }),
      {mode: 0o600},
    )
    const nobody = {ALIBABA_CLOUD_ACCESS_KEY_ID: '', ALIBABA_CLOUD_ACCESS_KEY_SECRET: '', ALIBABA_CLOUD_REGION_ID: ''}
    const theirs = await ecs(['DescribeCommands', '--config-path', file], {
      env: {...nobody, ALIBABA_CLOUD_ENDPOINT: ''},
    })
    expect(theirs).toMatchObject({code: 0, stderr: ''})
    expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({AccessKeyId: 'LTAItheirs', RegionId: 'cn-theirs'})
    answer = () => ({status: 503, body: '{"RequestId":"r","Code":"ServiceUnavailable","Message":"No."}'})
    asked = []
    await ecs(['DescribeCommands', '--retry-count', '1'])
    expect(asked).toHaveLength(2)
    expect((await ecs(['DescribeCommands', '--secure', '--retry-count', '0'])).stderr).toContain('TLS')
  })

  it('takes an address without a scheme in a profile of the official CLI for TLS, as that does, on this machine too', async () => {
    const file = join(home.path, 'official-tls.json')
    const keys = {access_key_id: 'LTAItheirs', access_key_secret: 's', region_id: 'cn-theirs'}
    const write = (endpoint: string): void =>
      writeFileSync(
        file,
        JSON.stringify({current: 'theirs', profiles: [{name: 'theirs', mode: 'AK', ...keys, endpoint}]}),
        {mode: 0o600},
      )
    const nobody = {
      ...{ALIBABA_CLOUD_ACCESS_KEY_ID: '', ALIBABA_CLOUD_ACCESS_KEY_SECRET: '', ALIBABA_CLOUD_REGION_ID: ''},
      ...{ALIBABA_CLOUD_ENDPOINT: '', ALIBABA_CLOUD_CONFIG_PATH: file},
    }
    const theirs = () => ecs(['DescribeCommands', '--retry-count', '0'], {env: nobody})
    const {port} = new URL(url)
    write(`localhost:${port}`)
    const plain = await theirs()
    expect(plain.code).toBe(122)
    expect(plain.stderr).toContain('TLS')
    expect(plain.stderr).toContain(`If it speaks plain http, say so in the address: http://localhost:${port}`)
    expect(asked).toEqual([])
    const secure = createSecureServer(certificate(), (_, response) => response.end('{"RequestId":"r"}'))
    write(`localhost:${await listening(secure)}`)
    const distrusted = await theirs()
    secure.closeAllConnections()
    secure.close()
    expect(distrusted.stderr).toContain('certificate is not trusted')
  })

  it('prints no secret even when every debug namespace is on', async () => {
    answer = () => ({
      status: 400,
      body: '{"RequestId":"r","Code":"SignatureDoesNotMatch","Message":"string is CANARY-script"}',
    })
    for (const DEBUG of ['*', 'httpx*', 'httpx:body,httpx:header']) {
      const ended = await ecs(['RunCommand', '--Type', 'x', '--CommandContent', 'CANARY-script', '--debug'], {
        env: {DEBUG},
      })
      expect(ended.code).toBe(121)
      expect(ended.stderr).toContain('debug: RunCommand 127.0.0.1')
      // argv as oclif's own debug line shows it is the caller's; everything of ours is clean.
      const ours = ended.stderr.split('\n').filter((line) => !line.includes('oclif'))
      expect(ours.join('\n')).not.toMatch(/CANARY|Signature=/)
    }
  })

  it('will not skip the check of a certificate because of one variable', async () => {
    const secure = createSecureServer(certificate(), (_, response) => response.end('{"RequestId":"r"}'))
    const at = await listening(secure)
    const ended = await ecs(['DescribeCommands', '--endpoint', `https://127.0.0.1:${at}`], {
      env: {NODE_TLS_REJECT_UNAUTHORIZED: '0'},
    })
    secure.closeAllConnections()
    secure.close()
    expect(ended.code).toBe(122)
    expect(ended.stderr).toContain('certificate is not trusted')
  })

  it('goes through the proxy of the environment, which sees the host and nothing else', async () => {
    const secure = createSecureServer(certificate(), (request, response) => {
      request.resume().on('end', () => response.end('{"RequestId":"through"}'))
    })
    const seen: string[] = []
    const proxy = createServer().on('connect', (request, client) => {
      seen.push(`${request.method} ${request.url} ${request.headers['proxy-authorization']}`)
      const {port} = secure.address() as AddressInfo
      const onward = connect(port, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'))
      onward.pipe(client).pipe(onward)
      for (const socket of [onward, client]) socket.on('error', () => {})
    })
    const refusing = createServer((_, response) => response.writeHead(407).end()).on('connect', (_, client) =>
      client.end('HTTP/1.1 407 No\r\n\r\n'),
    )
    const [at, by, no] = await Promise.all([secure, proxy, refusing].map(listening))
    try {
      const args = ['DescribeCommands', '--endpoint', `https://127.0.0.1:${at}`]
      const trust = {NODE_EXTRA_CA_CERTS: join(TLS, 'cert.pem')}
      const through = await ecs(args, {env: {...trust, HTTPS_PROXY: `http://me:CANARY@127.0.0.1:${by}`}})
      expect([through.code, through.stderr]).toEqual([0, ''])
      expect(JSON.parse(through.stdout)).toEqual({RequestId: 'through'})
      expect(seen).toEqual([`CONNECT 127.0.0.1:${at} Basic ${Buffer.from('me:CANARY').toString('base64')}`])
      const refused = await ecs(args, {env: {...trust, HTTPS_PROXY: `http://me:CANARY@127.0.0.1:${no}`}})
      expect(refused.code).toBe(122)
      expect(refused.stderr).toContain('the proxy in HTTPS_PROXY')
      expect(refused.stderr).not.toContain('CANARY')
      const around = await ecs(args, {env: {...trust, HTTPS_PROXY: `http://127.0.0.1:${no}`, NO_PROXY: '127.0.0.1'}})
      expect(around.code).toBe(0)
    } finally {
      for (const one of [secure, proxy, refusing]) {
        one.closeAllConnections()
        one.close()
      }
    }
  })

  it('does not mind a reader that has seen enough', async () => {
    answer = () => ({body: JSON.stringify({Items: Array.from({length: 50_000}, (_, n) => `item ${n}`)})})
    const running = startAssist(['ecs', 'DescribeCommands'], {
      home: home.path,
      env: {...env, ALIBABA_CLOUD_ENDPOINT: url},
    })
    running.process.stdout?.once('data', () => running.process.stdout?.destroy())
    const ended = await running.ended
    expect(ended).toMatchObject({code: 141, stderr: ''})
  })
})
