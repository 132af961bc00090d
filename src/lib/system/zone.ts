import {readlinkSync} from 'node:fs'

const UTC = /^(?:Etc\/)?(?:UTC|UCT|Universal|Zulu)$/
const LINK = '/etc/localtime'

/**
 * IANA name of the zone that this machine is in. `Intl` knows it, and loads the words of a language to say it, which takes half as long as a
 * start; most servers live in UTC, and there a look at the system is enough.
 */
export function systemZone({TZ}: NodeJS.ProcessEnv, link: string = LINK): string {
  const name = TZ ? TZ.replace(/^:/, '') : nameBehind(link)
  return UTC.test(name) ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** `/usr/share/zoneinfo/Etc/UTC` is the zone Etc/UTC. */
function nameBehind(link: string): string {
  try {
    return readlinkSync(link).split('/zoneinfo/')[1] ?? ''
  } catch {
    return ''
  }
}
