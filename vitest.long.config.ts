import {defineConfig, mergeConfig} from 'vitest/config'
import {base, LONG} from './vitest.config.ts'

/** What goes on for as long as it is told to: the longer, the more it finds. */
export default mergeConfig(
  base,
  defineConfig({
    test: {include: LONG.map((folder) => `${folder}/**/*.test.ts`), disableConsoleIntercept: true},
  }),
)
