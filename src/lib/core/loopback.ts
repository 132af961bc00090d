/**
 * Whether this name or address, as it stands in a URL, is this machine's own and never leaves it. By spelling, without asking anybody:
 * only names and addresses that are reserved for it count.
 */
export function isLoopback(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
  if (name === 'localhost') return true
  const ipv4 = name.startsWith('::ffff:') ? fromMapped(name.slice('::ffff:'.length)) : name
  return isLoopback4(ipv4) || /^(::|(0{1,4}:){7})0{0,3}1$/.test(name)
}

function isLoopback4(address: string): boolean {
  const parts = address.split('.')
  return (
    parts.length === 4 &&
    parts[0] === '127' &&
    parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
  )
}

/** URLs write ::ffff:127.0.0.1 as ::ffff:7f00:1. */
function fromMapped(rest: string): string {
  const [high, low] =
    /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/
      .exec(rest)
      ?.slice(1)
      .map((word) => Number.parseInt(word, 16)) ?? []
  if (high === undefined || low === undefined) return rest
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
