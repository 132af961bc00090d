import {defineConfig, mergeConfig} from 'vitest/config'
import {installPostgres} from './test/support/postgres.ts'
import {base} from './vitest.config.ts'

/** What holds on either engine, besides what is about PostgreSQL alone. */
const ON_EITHER = [
  ...['agent-api', 'api', 'maintenance', 'operations', 'store/calls', 'store/runs'].map(
    (name) => `lib/server/${name}/**/*`,
  ),
  'clients/node-sdk*',
]

/** The control plane on a real PostgreSQL, which the suite installs and starts itself. */
export default mergeConfig(
  base,
  defineConfig({
    test: {
      include: [
        'test/postgres/**/*.test.ts',
        ...('skipped' in installPostgres() ? [] : ON_EITHER.map((files) => `test/${files}.test.ts`)),
      ],
      globalSetup: ['test/postgres/support/one-server.ts'],
      testTimeout: 120_000,
      hookTimeout: 300_000,
    },
  }),
)
