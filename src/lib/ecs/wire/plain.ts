/**
 * What json-bigint made to plain values: objects get their prototype back, numbers of many digits become numbers where that loses nothing
 * and decimal strings otherwise.
 */
export function toPlain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(toPlain)
  if (isBigNumber(value)) return fromDigits(value.toFixed())
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toPlain(item)]))
}

function isBigNumber(value: object): value is {toFixed(): string} {
  return '_isBigNumber' in value && 'toFixed' in value && typeof value.toFixed === 'function'
}

function fromDigits(digits: string): number | string {
  const number = Number(digits)
  return Number.isSafeInteger(number) || digits.includes('.') ? number : digits
}
