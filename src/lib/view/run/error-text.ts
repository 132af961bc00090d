import type {InstanceResult} from '../../actions/run/run-result.ts'
import {escapeControls} from '../../core/quote.ts'

type Told = Pick<InstanceResult, 'errorCode' | 'errorInfo'>

/**
 * Why something did not go well, in one line: the code, which one can search for, the agent's words, and how to mend it where that is known.
 * Empty when there is nothing to say.
 */
export function errorText(result: Told): string {
  const info = inWords(result.errorInfo) ?? plainInfo(result)
  const mend = MENDS.find(({of}) => of.test(`${result.errorCode}: ${info}`))?.mend
  const parts = [result.errorCode, mend ? `${info}; ${mend}` : info].filter((part) => part !== '')
  return escapeControls(parts.join(': '), {keepLineBreaks: false})
}

const MENDS: ReadonlyArray<{of: RegExp; mend: string}> = [
  {of: /^DefaultWorkingDirectoryNotAvailable:/, mend: 'give a folder with --cwd, such as --cwd /tmp'},
  // The local plane's folders, for one, are for their owner only.
  {
    of: /^ExecutionException: user \S+ cannot reach the script/,
    mend: 'let the script do it: runuser -u USER -- COMMAND',
  },
]

const TYPES: Readonly<Record<string, readonly [kind: string, instead: string]>> = {
  RunPowerShellScript: ['PowerShell scripts', 'a shell script: --type shell'],
  RunBatScript: ['bat scripts', 'a shell script: --type shell'],
  RunShellScript: ['shell scripts', 'a PowerShell script: --type powershell'],
}

/** Where agents answer with bare codes. Source: agent-protocol, 5.10. */
function inWords(errorInfo: string): string | undefined {
  const [, type = ''] = /(?:^|[:\s])TypeInvalid_(\w+)$/.exec(errorInfo) ?? []
  const known = TYPES[type]
  if (known) return `this machine does not run ${known[0]}; send ${known[1]}`
  const [, user, why = 'no such user'] = /(?:^|[:\s])UserInvalid_([^:\s]+)(?::\s*(.+))?$/.exec(errorInfo) ?? []
  return user === undefined ? undefined : `user ${user}: ${why}`
}

/** Code and words once each; agents repeat their code in front, and Go programs say <nil> for nothing. */
function plainInfo({errorCode, errorInfo}: Told): string {
  let info = errorInfo.replaceAll(/(^|[:\s])<nil>(?=$|[:\s,.])/g, '$1').replace(/[:\s]+$/, '')
  while (errorCode !== '' && info.startsWith(errorCode)) info = info.slice(errorCode.length).replace(/^[:\s]+/, '')
  // `workingDirectory: WorkingDirectoryNotExist: …`: one code is enough for a person.
  if (errorCode !== '') info = info.replace(/^(?:[A-Za-z]+[a-z][A-Z][A-Za-z]*:\s+)+/, '')
  return info.trim()
}
