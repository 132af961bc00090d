/** `assist`, `assist help …`, `assist … --help`. What follows `--` is a script's, and an action of `ecs` has help of its own. */
export function asksForHelp(argv: readonly string[]): boolean {
  const [first = 'help', second] = argv
  if (first === 'help') return second !== 'exit-codes'
  if (first === 'ecs' && second !== undefined && !second.startsWith('-')) return false
  const end = argv.indexOf('--')
  return (end < 0 ? argv : argv.slice(0, end)).some((word) => word === '--help' || word === '-h')
}
