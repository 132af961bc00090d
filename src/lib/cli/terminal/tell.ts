import {escapeControls} from '../../core/quote.ts'
import {neutralizeCiCommands} from '../../view/form/ci-commands.ts'
import {writeErr} from './standard-output.ts'

/** Lines for the person, on stderr, so that stdout stays the result. Whatever is quoted in them steers neither a screen nor a CI system. */
export function tell(text: string): void {
  writeErr(`${neutralizeCiCommands(escapeControls(text, {keepLineBreaks: true}), process.env)}\n`)
}
