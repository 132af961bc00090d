import {escapeControls} from '../../core/quote.ts'
import {displayWidth, padTo, truncate} from '../form/width.ts'

interface Host {
  instanceId: string
  name: string
}

const WIDEST = 24
const ID_END = 6

/** What each host is called in front of its lines: its name, with the end of its id where another has the same name; else its id. */
export function hostLabels(hosts: readonly Host[]): Map<string, string> {
  const named = new Map<string, number>()
  for (const {name} of hosts) named.set(name, (named.get(name) ?? 0) + 1)
  return new Map(
    hosts.map(({instanceId, name}) => {
      const shown = escapeControls(name || instanceId, {keepLineBreaks: false})
      if (name === '' || named.get(name) === 1) return [instanceId, shown]
      const end = `…${instanceId.slice(-ID_END)}`
      return [instanceId, `${truncate(shown, WIDEST - displayWidth(end))}${end}`]
    }),
  )
}

/** Cyan, magenta, yellow, blue, green: none of them means good or bad by itself. */
const COLORS = [36, 35, 33, 34, 32]

/** Labels as prefixes of one width, each host's in a colour of its own as long as there are colours. */
export function hostPrefixes(labels: ReadonlyMap<string, string>, {color}: {color: boolean}): Map<string, string> {
  const width = [...labels.values()].reduce((widest, label) => Math.max(widest, displayWidth(label)), 0)
  return new Map(
    [...labels].map(([instanceId, label], index) => {
      const text = `${padTo(label, Math.min(width, WIDEST))} | `
      return [instanceId, color ? `\x1b[${COLORS[index % COLORS.length]}m${text}\x1b[39m` : text]
    }),
  )
}
