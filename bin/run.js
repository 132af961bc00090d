#!/usr/bin/env node
const {main} = require('../dist/lib/cli/main.cjs')

main(__filename)
