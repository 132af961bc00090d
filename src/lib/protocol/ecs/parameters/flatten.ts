/** A parameter value before it is flattened for the wire; `undefined` is left out, an empty string is sent. */
export type ParameterValue =
  | string
  | number
  | boolean
  | undefined
  | readonly ParameterValue[]
  | {readonly [key: string]: ParameterValue}

/**
 * Flattens lists and structures: `{InstanceId: ['a'], Tag: [{Key: 'k', Value: 'v'}]}` becomes
 * `InstanceId.1=a`, `Tag.1.Key=k`, `Tag.1.Value=v`. Numbering starts at 1 and has no gaps.
 */
export function flattenParameters(parameters: {readonly [key: string]: ParameterValue}): Array<[string, string]> {
  const out: Array<[string, string]> = []
  for (const [name, value] of Object.entries(parameters)) flattenInto(out, name, value)
  return out
}

function flattenInto(out: Array<[string, string]>, name: string, value: ParameterValue): void {
  if (value === undefined) return
  if (Array.isArray(value)) {
    value.forEach((item: ParameterValue, index) => {
      flattenInto(out, `${name}.${index + 1}`, item)
    })
  } else if (typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) flattenInto(out, `${name}.${key}`, item)
  } else {
    out.push([name, String(value)])
  }
}
