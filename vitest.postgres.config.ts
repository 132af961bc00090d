import {defineConfig, mergeConfig} from 'vitest/config'
import {installPostgres} from './test/support/postgres.ts'
import {base} from './vitest.config.ts'

/** What holds on either engine, besides what is about PostgreSQL alone. */
const ON_EITHER = ['agent-api', 'api', 'maintenance', 'operations', 'store/calls', 'store/runs']

/** The control plane on a real PostgreSQL, which the suite installs and starts itself. */
export default mergeConfig(
  base,
  defineConfig({
    test: {
      include: [
        'test/postgres/**/*.test.ts',
        ...('skipped' in installPostgres() ? [] : ON_EITHER.map((folder) => `test/lib/server/${folder}/**/*.test.ts`)),
      ],
      globalSetup: ['test/postgres/support/one-server.ts'],
      testTimeout: 60_000,
    },
  }),
)
