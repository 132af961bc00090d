/** What an expression wants to be, by its first word; whether it is one, `parseSchedule` says. */
export function expressionKind(text: string): 'cron' | 'rate' | 'at' {
  if (/^\s*rate\b/i.test(text)) return 'rate'
  return /^\s*at\b/i.test(text) ? 'at' : 'cron'
}
