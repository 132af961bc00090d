import {AssistError} from '../../core/errors.ts'
import {quote} from '../../core/quote.ts'
import type {ScriptType} from '../../protocol/script.ts'
import {quotePowerShell} from './join-words.ts'

/** Puts environment variables in front of a script, in its own language; values stay exactly what they are. */
export function prependEnvironment(
  script: string,
  environment: ReadonlyArray<readonly [name: string, value: string]>,
  type: ScriptType,
): string {
  if (environment.length === 0) return script
  if (type === 'RunPowerShellScript') return prependPowerShell(script, environment)
  if (type === 'RunBatScript') return prependBat(script, environment)
  return prependShell(script, environment)
}

type Environment = ReadonlyArray<readonly [name: string, value: string]>

function prependShell(script: string, environment: Environment): string {
  const lines = environment.map(([name, value]) => `export ${name}=${quoteValue(value)}\n`).join('')
  if (!script.startsWith('#!')) return lines + script
  const [first = '', ...rest] = script.split('\n')
  if (!/^#!\s*\S*\b(sh|bash|dash|ash|ksh|zsh)\b|^#!\s*\S*env\s+(-\S+\s+)*(sh|bash|dash|ash|ksh|zsh)\b/.test(first)) {
    throw new AssistError('usage', `--env works with shell scripts; this one begins with ${quote(first)}`, {
      hint: 'Set the variables in the script, or pass them with --param.',
    })
  }
  return `${first}\n${lines}${rest.join('\n')}`
}

/** `{{` is broken up by an empty pair of quotes: a value must never be read as a placeholder. */
function quoteValue(value: string): string {
  return `'${value.replaceAll("'", "'\\''").replaceAll(/\{(?=\{)/g, "{''")}'`
}

function prependPowerShell(script: string, environment: Environment): string {
  const mark = script.startsWith('\ufeff') ? '\ufeff' : ''
  const body = script.slice(mark.length)
  if (/^\s*(#[^\n]*\n\s*)*(param\s*\(|using\s|\[CmdletBinding)/i.test(body)) {
    throw new AssistError(
      'usage',
      '--env cannot stand in front of a PowerShell script that begins with param or using',
      {
        hint: 'Set $env:NAME in the script, or pass values with --param.',
      },
    )
  }
  const lines = environment.map(([name, value]) => {
    return `$env:${name} = ${quotePowerShell(value).replaceAll(/\{(?=\{)/g, "{' + '")}\n`
  })
  return mark + lines.join('') + body
}

function prependBat(script: string, environment: Environment): string {
  const lines = environment.map(([name, value]) => {
    if (/[\r\n"]|\{\{/.test(value)) {
      throw new AssistError('usage', `--env ${name}: a value for a bat script can hold no line break, no " and no {{`)
    }
    return `@set "${name}=${value.replaceAll('%', '%%')}"\r\n`
  })
  return lines.join('') + script
}
