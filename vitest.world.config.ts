import {defineConfig, mergeConfig} from 'vitest/config'
import {base, WORLD} from './vitest.config.ts'

/** What needs other people's programs, which the suites install themselves; slow, so it is no part of `npm test`. */
export default mergeConfig(
  base,
  defineConfig({
    test: {include: WORLD.map((folder) => `${folder}/**/*.test.ts`), testTimeout: 120_000, hookTimeout: 300_000},
  }),
)
