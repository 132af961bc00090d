import {choosePager, page} from './page.ts'
import {screen, writeOut} from './standard-output.ts'

/** Prints a text that may be longer than the screen: through a pager where there is one to leaf in, unless it is off. */
export async function printLong(text: string, isOff = false): Promise<void> {
  const pager = choosePager(text, {isOff, environment: process.env, stdout: screen()})
  if (!pager || !(await page(text, pager))) writeOut(text)
}
