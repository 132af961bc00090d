#!/usr/bin/env node
await import('../esbuild.config.js')
const {main} = await import('../dist/lib/cli/main.js')

await main(import.meta.url)
