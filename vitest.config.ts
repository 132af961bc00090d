import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores: the process-starting suites would only slow each other down beyond that.
    maxWorkers: 2,
    globalSetup: ['test/support/global-setup.ts'],
    env: {NO_COLOR: '1', OCLIF_COLUMNS: '80', TZ: 'UTC'},
  },
})
