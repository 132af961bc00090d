import {createRequire} from 'node:module'
import {join} from 'node:path'
import {type ControlPlane, REGION} from './control-plane.ts'
import {type Installed, installNpm} from './install.ts'

/** A model of the SDK: what its wire names are, and of which kind each value is. */
export interface Model {
  new (fields: Record<string, unknown>): object
  names(): Record<string, string>
  types(): Record<string, unknown>
}

type Call = (request: object) => Promise<{body: Record<string, unknown>}>

interface Sdk {
  default: new (config: object) => Record<string, Call> & {callApi(...words: object[]): Promise<{body: object}>}
  [model: string]: unknown
}

export interface NodeSdk {
  model(name: string): Model
  /** Calls an action by its method; names as the SDK spells them. */
  call(action: string, fields?: Record<string, unknown>): Promise<Record<string, unknown>>
  /** The answer as it came, before the SDK drops what it does not know. */
  rawAnswer(action: string, fields: Record<string, unknown>): Promise<object>
}

export function installNodeSdk(): Installed {
  return installNpm('node-sdk', {'@alicloud/ecs20140526': '7.11.6', '@alicloud/openapi-core': '1.0.8'})
}

export function openNodeSdk(folder: string, plane: ControlPlane): NodeSdk {
  const require = createRequire(join(folder, 'package.json'))
  const sdk: Sdk = require('@alicloud/ecs20140526')
  const {$OpenApiUtil, OpenApiUtil} = require('@alicloud/openapi-core')
  const {RuntimeOptions} = require('@darabonba/typescript')
  const client = new sdk.default(
    new $OpenApiUtil.Config({
      accessKeyId: plane.key.accessKeyId,
      accessKeySecret: plane.key.secret,
      endpoint: plane.address,
      protocol: 'HTTP',
      regionId: REGION,
    }),
  )
  const model = (name: string): Model => sdk[name] as Model
  const withRegion = (action: string, fields: Record<string, unknown>): Record<string, unknown> =>
    'regionId' in model(`${action}Request`).names() ? {regionId: REGION, ...fields} : fields
  const params = (action: string): object => ({
    action,
    version: '2014-05-26',
    protocol: 'HTTP',
    pathname: '/',
    method: 'POST',
    authType: 'AK',
    style: 'RPC',
    reqBodyType: 'formData',
    bodyType: 'json',
  })
  return {
    model,
    call: async (action, fields = {}) => {
      const method = `${action[0]?.toLowerCase()}${action.slice(1)}`
      const Request = model(`${action}Request`)
      const answer = await client[method]?.(new Request(withRegion(action, fields)))
      if (answer === undefined) throw new Error(`the SDK has no ${method}`)
      return answer.body
    },
    rawAnswer: async (action, fields) => {
      const names = model(`${action}Request`).names()
      const pairs = Object.entries(withRegion(action, fields)).map(([name, value]) => [names[name], value])
      const query = OpenApiUtil.query(Object.fromEntries(pairs))
      const request = new $OpenApiUtil.OpenApiRequest({query})
      return (await client.callApi(new $OpenApiUtil.Params(params(action)), request, new RuntimeOptions({}))).body
    },
  }
}

/** The code of a refusal; empty: it was accepted. */
export async function codeOf(answer: Promise<unknown>): Promise<string> {
  try {
    await answer
    return ''
  } catch (error) {
    const {code, message} = error as {code?: string; message: string}
    return code ?? message
  }
}
