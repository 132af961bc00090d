import {type ErrorCode, EXIT_CODES} from '../core/errors.ts'
import type {View} from './form/render.ts'

export interface ExitCodeMeaning {
  code: string
  meaning: string
}

const MEANINGS: Readonly<Record<ErrorCode, string>> = {
  usage: 'wrong usage or bad input: nothing was sent',
  bug: 'a bug in assist',
  output: 'the result could not be written to stdout (disk full, …); what was sent has been sent',
  config: 'configuration or credentials missing or unreadable',
  refused: 'the service refused (permission, quota, not found, …)',
  unreachable: 'service or network could not be reached',
  neverRan: 'some target never ran it (offline, expired, invalid, no match)',
  timeout: 'some target timed out, or the wait did',
  stopped: 'some target was stopped by somebody',
  unread: 'nobody reads stdout any more, as behind `| head`; the script goes on',
  terminated: 'SIGTERM: as Ctrl-C',
  interrupted: 'Ctrl-C: the script goes on; the message says how to follow or stop it',
}

/** The contract, from the table that the program itself goes by. */
export function exitCodeMeanings(): ExitCodeMeaning[] {
  const own = Object.entries(EXIT_CODES).map(([name, code]) => ({
    code: String(code),
    meaning: MEANINGS[name as ErrorCode],
  }))
  return [
    {code: '0', meaning: 'all done; every target succeeded'},
    {
      code: '1-119, 126-255',
      meaning: 'a script failed: the largest exit code any target returned (--exit-policy class: always 1)',
    },
    ...own.sort((a, b) => Number(a.code) - Number(b.code)),
  ]
}

export const EXIT_CODE_NOTES = `A script's own failure comes first: 120-125 say what happened only when no
script failed, and then the largest counts.
A code above 255, as Windows has them, comes as 255; results[].exitCode in
--json has the whole of it.
A script that itself ends with one of the other codes passes through;
results[].status in --json tells them apart.
A run whose outcome is unknown (status Error after it had started) counts as
a failed script with code 1.`

export function exitCodesView(meanings: readonly ExitCodeMeaning[]): View {
  return {
    columns: [
      {key: 'code', label: 'Code'},
      {key: 'meaning', label: 'Meaning', isProse: true},
    ],
    rows: meanings.map(({code, meaning}) => [code, meaning]),
  }
}
