import {choosePager, page} from './page.ts'

/** Prints a text that may be longer than the screen: through a pager where there is one to leaf in. */
export async function printLong(text: string): Promise<void> {
  const pager = choosePager(text, {isOff: false, environment: process.env, stdout: process.stdout})
  if (!pager || !(await page(text, pager))) process.stdout.write(text)
}
