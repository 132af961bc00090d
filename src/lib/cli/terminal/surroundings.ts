import {systemClock} from '../../system/clock.ts'
import {random} from '../../system/random.ts'
import {systemZone} from '../../system/zone.ts'

/** What actions need of this machine, besides a connection. */
export const surroundings = {
  clock: systemClock,
  random,
  /** IANA name of the zone people here live in. */
  zone: (): string => systemZone(process.env),
  /** What `LC_ALL` or `LANG` asks for, as far as we speak it. */
  language: (): 'en' | 'zh' => {
    const {LC_ALL, LC_MESSAGES, LANG} = process.env
    return (LC_ALL || LC_MESSAGES || LANG || '').toLowerCase().startsWith('zh') ? 'zh' : 'en'
  },
  /** Standard input to its end, but at most its first `limitBytes`. */
  readInput: async (limitBytes: number): Promise<Uint8Array> => {
    if (process.stdin.isTTY) process.stderr.write('Reading from the terminal; end with Ctrl-D.\n')
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of process.stdin) {
      chunks.push(chunk as Buffer)
      bytes += (chunk as Buffer).length
      if (bytes >= limitBytes) break
    }
    return Buffer.concat(chunks).subarray(0, limitBytes)
  },
}
