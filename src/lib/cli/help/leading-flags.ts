import {isInherited, type Manifest, type ManifestFlag} from './manifest.ts'

/** `--profile local run x`: the inherited flags in front of the command, and what follows them. Any other flag stands at the head of `rest`. */
export function splitLeadingFlags(argv: readonly string[], manifest: Manifest): {flags: string[]; rest: string[]} {
  const known = inheritedFlags(manifest)
  let count = 0
  while (count < argv.length) {
    const word = argv[count] ?? ''
    const flag = known.find((one) => isNamed(one, word))
    if (!flag) break
    count += flag.type === 'option' && !carriesValue(flag, word) ? 2 : 1
  }
  return {flags: argv.slice(0, count), rest: argv.slice(count)}
}

/** Each once; not every command has all of them. */
export function inheritedFlags({commands}: Manifest): ManifestFlag[] {
  const all = Object.values(commands).flatMap(({flags}) => Object.values(flags ?? {}).filter(isInherited))
  return [...new Map(all.map((flag) => [flag.name, flag])).values()]
}

function isNamed({name, char, type}: ManifestFlag, word: string): boolean {
  if (word === `--${name}` || (char !== undefined && word === `-${char}`)) return true
  if (type !== 'option') return false
  return word.startsWith(`--${name}=`) || (char !== undefined && word.startsWith(`-${char}`) && !word.startsWith('--'))
}

/** `--output=json`, `-ojson`. */
function carriesValue({char}: ManifestFlag, word: string): boolean {
  return word.startsWith('--') ? word.includes('=') : word !== `-${char}`
}
