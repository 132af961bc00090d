// From submit to final result inside the CLI: what `run` costs once the process is there.

import {randomUUID} from 'node:crypto'
import {parseRun, runScript} from '../src/lib/actions/run/run-command.ts'
import {connect} from '../src/lib/cli/connect/connect.ts'
import {surroundings} from '../src/lib/cli/terminal/surroundings.ts'

const ROUNDS = 100
const connection = await connect({
  flags: {profile: 'local'},
  environment: process.env,
  notice: () => {},
  debug: undefined,
  version: '0',
  program: process.env['BENCH_BIN'] ?? '',
})
const input = await parseRun(
  {readInput: surroundings.readInput, nowMs: surroundings.clock.now(), zone: surroundings.zone},
  {},
  {words: ['echo 123'], afterDashes: undefined, file: undefined, type: undefined},
)
const listener = {started: () => {}, output: () => {}, changed: () => {}}
const times: number[] = []
for (let round = 0; round < ROUNDS; round++) {
  const started = performance.now()
  await runScript(
    {
      listener,
      clock: surroundings.clock,
      random: surroundings.random,
      followerId: randomUUID(),
      notice: () => {},
      ecs: connection.ecs,
      localInstanceId: connection.localInstanceId,
    },
    input,
    AbortSignal.timeout(10_000),
  )
  times.push(performance.now() - started)
}
process.stdout.write(JSON.stringify({"submit to final result, 'echo 123'": times.slice(5)}))
process.exit(0)
