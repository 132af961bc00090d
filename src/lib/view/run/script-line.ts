const LONGEST = 60

/**
 * The line of a script that says most about it: the first that is neither empty nor about how to run it. At most 60 characters. Values of
 * --env, which stand in front of a script, are passed over, as they may be secrets.
 */
export function scriptLine(script: string): string {
  const lines = script.slice(0, FAR_ENOUGH).split(/\r\n|\r|\n/)
  const line = lines.map((one) => one.trim()).find((one) => one !== '' && !ABOUT_RUNNING.test(one)) ?? ''
  const characters = [...line]
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST).join('')}…` : line
}

const FAR_ENOUGH = 8000
const ABOUT_RUNNING = /^(\ufeff?#!|set\s+[-+]|@?echo off$|export \w+=|\$env:\w+ = |@set ")/i
