import {BlockList, isIP} from 'node:net'

/** `::ffff:10.0.0.1`, as dual-stack sockets say it, is 10.0.0.1. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
}

/** Whether the address lies in the range: an address, a CIDR block, or several with commas. Empty: everywhere. */
export function isInRange(address: string, range: string): boolean {
  if (range.trim() === '') return true
  const family = familyOf(plainAddress(address))
  if (!family) return false
  const list = new BlockList()
  for (const part of range.split(',')) addPart(list, part.trim())
  return list.check(plainAddress(address), family)
}

/** What cannot be read allows nobody. */
function addPart(list: BlockList, part: string): void {
  const [net = '', prefix] = part.split('/')
  const family = familyOf(net)
  if (!family) return
  if (prefix === undefined) list.addAddress(net, family)
  else if (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 'ipv4' ? 32 : 128)) {
    list.addSubnet(net, Number(prefix), family)
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address)
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6'
}
