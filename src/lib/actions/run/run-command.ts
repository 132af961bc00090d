import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import {runCommand} from '../../ecs/api/invocations.ts'
import {COMMAND} from '../../protocol/ecs/parameters/command.ts'
import {parameterNames, type ScriptType} from '../../protocol/script.ts'
import {encodeScript} from '../../protocol/script-content.ts'
import {checkLength} from '../fields/check-fields.ts'
import {parseVariables} from '../fields/pairs.ts'
import {checkScriptSize} from '../script/check-script.ts'
import {prependEnvironment} from '../script/env-prelude.ts'
import {type ReadScriptDeps, readScript, type ScriptSource} from '../script/read-script.ts'
import {missingValues} from '../stored/find-stored.ts'
import {parseTargets, type Selector, type TargetFlags} from '../target/parse-targets.ts'
import {resolveTargets} from '../target/resolve-targets.ts'
import {type CarriedOut, type CarryOutDeps, carryOut} from './carry-out.ts'
import type {ScheduleDeps} from './check-schedule.ts'
import {type ParsedUse, parseUse, type UseFlags} from './parse-use.ts'

export interface RunFlags extends UseFlags, TargetFlags {
  env?: readonly string[] | undefined
  'command-name'?: string | undefined
  description?: string | undefined
  keep?: boolean | undefined
}

/** Everything about a run that is known before anybody is asked. */
export interface RunInput extends ParsedUse {
  selector: Selector
  type: ScriptType
  script: string
  name: string | undefined
  description: string | undefined
  keep: boolean
  warnings: string[]
}

/** Flags and script as one checked input. Nothing has been sent when this throws (usage). */
export async function parseRun(
  deps: ReadScriptDeps & ScheduleDeps,
  flags: RunFlags,
  source: ScriptSource,
): Promise<RunInput> {
  refuseTwoReaders(flags, source)
  const [selector, parsed] = await Promise.all([
    parseTargets(deps, flags),
    parseUse(deps, flags, COMMAND.timeout.default),
  ])
  const read = await readScript(deps, source)
  const script = prependEnvironment(read.text, parseVariables(flags.env), read.type)
  checkScriptSize(script, read.from)
  return {
    ...parsed,
    selector,
    type: read.type,
    script,
    name: checkLength(flags['command-name'], '--command-name', COMMAND.name),
    description: checkLength(flags.description, '--description', COMMAND.description),
    keep: flags.keep ?? false,
    warnings: [...read.warnings, ...checkParameters(parsed.use.parameters, script)],
  }
}

function refuseTwoReaders(flags: RunFlags, source: ScriptSource): void {
  const readers = [
    ...(flags.instance ?? []).filter((text) => text === '-').map(() => '--instance -'),
    ...(source.file === '-' ? ['--file -'] : []),
    ...(source.words[0] === '-' ? ['the script -'] : []),
  ]
  if (readers.length > 1) {
    throw new AssistError('usage', `standard input can be read once; wanted by ${readers.join(' and ')}`)
  }
}

/** @returns warnings about placeholders that get no value */
function checkParameters(parameters: Readonly<Record<string, string>> | undefined, script: string): string[] {
  if (parameters === undefined) return []
  const inScript = parameterNames(script)
  const known = new Set(inScript.map((name) => name.toLowerCase()))
  const foreign = Object.keys(parameters).find((name) => !known.has(name.toLowerCase()))
  if (foreign !== undefined) {
    throw new AssistError('usage', `--param ${quote(foreign)} does not occur in the script as {{${foreign}}}`, {
      hint: inScript.length > 0 ? `The script has: ${inScript.join(', ')}` : 'The script has no parameters.',
    })
  }
  return missingValues({enableParameter: true, parameterNames: inScript}, parameters)
}

/** Submits, and unless told otherwise waits for all targets. */
export async function runScript(
  deps: CarryOutDeps & {localInstanceId: string | undefined},
  input: RunInput,
  signal: AbortSignal,
): Promise<CarriedOut> {
  const chosen = await resolveTargets(deps.ecs, input.selector, {
    localInstanceId: deps.localInstanceId,
    type: input.type,
  })
  const scriptBase64 = encodeScript(input.script)
  const carriedOut = await carryOut(
    deps,
    {
      ...chosen,
      clientToken: input.clientToken,
      wait: input.wait,
      timeoutMs: input.timeoutMs,
      start: (instanceIds, more) =>
        runCommand(deps.ecs, {
          ...input.use,
          ...more,
          instanceIds,
          type: input.type,
          scriptBase64,
          name: input.name,
          description: input.description,
          enableParameter: input.use.parameters === undefined ? undefined : true,
          keepCommand: input.keep ? true : undefined,
        }),
    },
    signal,
  )
  return withSchedule(carriedOut, input)
}

/** Adds what only a scheduled run has. */
export function withSchedule(carriedOut: CarriedOut, {schedule}: ParsedUse): CarriedOut {
  if (schedule === undefined) return carriedOut
  const {results, ...result} = carriedOut.result
  const {frequency, nextRuns} = schedule
  return {...carriedOut, result: {...result, frequency, nextRuns, results}}
}
