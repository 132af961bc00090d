#!/usr/bin/env node
import('../esbuild.config.js').then(() => require('./run.js'))
