#!/usr/bin/env node
// In words that every Node reads: the first thing an old one meets.
var version = process.versions.node.split('.').map(Number)
var isKnown = version[0] > 22 || (version[0] === 22 && version[1] >= 13) || (version[0] === 20 && version[1] >= 19)
if (isKnown) require('../dist/lib/cli/main.cjs').main(__filename)
else {
  console.error('Error: assist needs Node.js 20.19, 22.13 or later; this is %s, %s', process.version, process.execPath)
  process.exitCode = 120
}
