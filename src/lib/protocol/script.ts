// Placeholders in scripts: `{{name}}` is filled by the server, `{{ACS::Name}}` by the agent. Source: ECS 2014-05-26, custom and built-in parameters.

export const SCRIPT_TYPES = ['RunShellScript', 'RunBatScript', 'RunPowerShellScript'] as const
export type ScriptType = (typeof SCRIPT_TYPES)[number]

/**
 * Whether a script of this type fits a system, as agents name theirs. PowerShell may be installed anywhere; what nobody knows (`unknown`, or
 * empty) is left for the agent to find out.
 */
export function runsOn(type: ScriptType, osType: string): boolean {
  const system = osType.toLowerCase()
  if (type === 'RunPowerShellScript' || system === '' || system === 'unknown') return true
  return (type === 'RunBatScript') === (system === 'windows')
}

const CUSTOM = /\{\{\s*([A-Za-z0-9_-]+)\s*\}\}/g
const BUILT_IN = /\{\{\s*ACS\s*::\s*([\w.-]+)\s*\}\}/g
const ANY = /\{\{([^{}]*)\}\}/g

/** Names of the custom parameters in order of first appearance; names differ only by case are one. */
export function parameterNames(script: string): string[] {
  const names = new Map<string, string>()
  for (const [, name = ''] of script.matchAll(CUSTOM)) {
    if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name)
  }
  return [...names.values()]
}

/** What stands between braces but is neither a custom nor a built-in name, such as `{{ a b }}` or `{{}}`. */
export function malformedPlaceholders(script: string): string[] {
  return [...script.matchAll(ANY)]
    .map(([, inner = '']) => inner.trim())
    .filter((inner) => !/^[A-Za-z0-9_-]+$/.test(inner) && !/^(ACS|oos|oos-secret)\s*:/.test(inner))
}

/**
 * Puts values in once, from left to right; a value that looks like a placeholder stays text. Missing names become empty.
 * `values` has lower-case names (parameter names ignore case).
 */
export function substituteParameters(script: string, values: ReadonlyMap<string, string>): string {
  return script.replace(CUSTOM, (_match, name: string) => values.get(name.toLowerCase()) ?? '')
}

/** Fills `{{ACS::Name}}`. An unknown name is returned as `unknown`: the task is then invalid. */
export function substituteBuiltIns(
  script: string,
  values: ReadonlyMap<string, string>,
): {script: string} | {unknown: string} {
  let unknown: string | undefined
  const filled = script.replace(BUILT_IN, (match, name: string) => {
    const value = values.get(name)
    if (value === undefined) unknown ??= name
    return value ?? match
  })
  return unknown === undefined ? {script: filled} : {unknown}
}

export function builtInNames(script: string): string[] {
  return [...script.matchAll(BUILT_IN)].map(([, name = '']) => name)
}
