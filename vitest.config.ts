import {defineConfig, mergeConfig} from 'vitest/config'

/** Folders of vitest.world.config.ts. */
export const WORLD = ['test/clients', 'test/nodes', 'test/windows']

/** Folders of vitest.long.config.ts. */
export const LONG = ['test/model', 'test/kills']

export const base = defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores: the process-starting suites would only slow each other down beyond that.
    maxWorkers: 2,
    globalSetup: ['test/support/global-setup.ts'],
    env: {NO_COLOR: '1', OCLIF_COLUMNS: '80', TZ: 'UTC'},
  },
})

export default mergeConfig(
  base,
  defineConfig({
    test: {
      include: ['test/**/*.test.ts'],
      exclude: [...WORLD, ...LONG, 'test/postgres'].map((folder) => `${folder}/**`),
    },
  }),
)
