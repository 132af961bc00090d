/**
 * What the service wrote as JSON. Integers of more digits than a number can hold come as decimal strings.
 * @throws SyntaxError
 */
export function parseAnswer(text: string): unknown {
  return JSON.parse(LONG.test(text) ? text.replace(TOKENS, quoteUnsafe) : text) as unknown
}

const LONG = /\d{16}/
/** Strings, so that digits in them are passed over, and numbers. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

function quoteUnsafe(token: string): string {
  return /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token
}
