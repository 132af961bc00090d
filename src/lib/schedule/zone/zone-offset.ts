/** How far a zone is ahead of UTC at an instant, in milliseconds; undefined when nothing is known about that zone. */
export function zoneOffsetMs(zone: string, instantMs: number): number | undefined {
  const fixed = fixedOffsetMs(zone)
  if (fixed !== undefined) return fixed
  const format = formatOf(zone)
  return format && wallClockOf(format, instantMs) - Math.floor(instantMs / 1000) * 1000
}

const FIXED = /^GMT([+-])(\d|1[0-4]):([0-5]\d)$/

/** The offset of a zone that never changes: `UTC`, `GMT` or `GMT±H:mm` up to 14:59 either way, which is what agents read. */
export function fixedOffsetMs(zone: string): number | undefined {
  if (zone === 'UTC' || zone === 'GMT') return 0
  const match = FIXED.exec(zone)
  if (!match) return undefined
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return match[1] === '-' ? -minutes * 60_000 : minutes * 60_000
}

/** Making a format takes about 50 µs and using it 2 µs. Keyed without case, so that it never holds more than the zones there are. */
const formats = new Map<string, Intl.DateTimeFormat>()

/** Undefined for a zone that the runtime's zone data does not have. */
export function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  const key = zone.toLowerCase()
  const known = formats.get(key)
  if (known) return known
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formats.set(key, format)
    return format
  } catch {
    return undefined // RangeError is how Intl says "no such zone"; there is no way to ask first
  }
}

function wallClockOf(format: Intl.DateTimeFormat, instantMs: number): number {
  const [month = 1, day = 1, year = 1970, hour = 0, minute = 0, second = 0] = (
    format.format(instantMs).match(/\d+/g) ?? []
  ).map(Number)
  return Date.UTC(year, month - 1, day, hour, minute, second)
}
