import type {TaskState} from '../../../protocol/ecs/status.ts'
import type {Reader} from '../database.ts'
import {idSlots, idValues, keptQueries} from '../kept-query.ts'

/** A task and one of its rounds, or none. The fields of the round are null until the agent has told of one. */
export interface TaskResult {
  invoke_id: string
  instance_id: string
  state: TaskState
  rounds: number
  error_code: string
  error_info: string
  stop_at_ms: number
  created_at_ms: number
  updated_at_ms: number
  round: number | null
  round_state: TaskState | null
  start_ms: number | null
  end_ms: number | null
  exit_code: number | null
  round_error_code: string | null
  round_error_info: string | null
  dropped: number | null
  gap_after: number | null
  gap_bytes: number | null
  output: Uint8Array | null
}

export interface ResultName {
  invokeId: string
  instanceId: string
  /** A certain round; absent: the newest. */
  startMs?: number
}

/** All tasks of these invocations with their newest round; `outputOf`: the only instance, or all, whose output is read too. */
export async function readTasksOf(
  db: Reader,
  invokeIds: readonly string[],
  outputOf: 'none' | 'all' | {instanceId: string},
): Promise<TaskResult[]> {
  if (invokeIds.length === 0) return []
  const ids = [...invokeIds]
  if (outputOf === 'all') return newest(db).select('r.output').where('t.invoke_id', 'in', ids).execute()
  const rows = (await newest(db).where('t.invoke_id', 'in', ids).execute()).map((row) => ({...row, output: null}))
  if (outputOf === 'none') return rows
  const shown = await readResults(
    db,
    ids.map((invokeId) => ({invokeId, instanceId: outputOf.instanceId})),
  )
  return [...rows.filter((row) => row.instance_id !== outputOf.instanceId), ...shown]
}

/** Results by name, with output, in the order of the names; what is not there is left out. */
export async function readResults(db: Reader, names: readonly ResultName[]): Promise<TaskResult[]> {
  if (names.length === 0) return []
  const ids = names.flatMap(({invokeId, instanceId}) => [invokeId, instanceId])
  const {rows} = await NAMED(String(ids.length))(db, idValues(ids))
  const byName = new Map(rows.map((row) => [`${row.invoke_id} ${row.instance_id}`, row]))
  return names.flatMap((name) => byName.get(`${name.invokeId} ${name.instanceId}`) ?? [])
}

/** The ids come in pairs. */
const NAMED = keptQueries((count: string) => (db, values: Record<string, string>) => {
  const ids = idSlots(values, count)
  const pairs = ids.filter((_, index) => index % 2 === 0).map((id, index) => [id, ids[2 * index + 1] ?? ''] as const)
  return newest(db)
    .select('r.output')
    .where((eb) =>
      eb.or(
        pairs.map(([invokeId, instanceId]) =>
          eb.and([eb('t.invoke_id', '=', invokeId), eb('t.instance_id', '=', instanceId)]),
        ),
      ),
    )
})

/** Certain rounds of one invocation, in the order of the names; a task without that round comes alone. */
export async function readRounds(
  db: Reader,
  names: ReadonlyArray<ResultName & {startMs: number}>,
): Promise<TaskResult[]> {
  if (names.length === 0) return []
  const rows = await tasks(db)
    .leftJoin('results as r', (join) =>
      join
        .onRef('r.invoke_id', '=', 't.invoke_id')
        .onRef('r.instance_id', '=', 't.instance_id')
        .on((eb) =>
          eb.or(
            names.map((name) =>
              eb.and([eb('t.instance_id', '=', name.instanceId), eb('r.start_ms', '=', name.startMs)]),
            ),
          ),
        ),
    )
    .select(ROUND)
    .select('r.output')
    .where('t.invoke_id', '=', names[0]?.invokeId ?? '')
    .where('t.instance_id', 'in', [...new Set(names.map((name) => name.instanceId))])
    .execute()
  const byName = new Map(rows.map((row) => [`${row.instance_id} ${row.start_ms ?? ''}`, row]))
  return names.flatMap(
    (name) => byName.get(`${name.instanceId} ${name.startMs}`) ?? byName.get(`${name.instanceId} `) ?? [],
  )
}

const ROUND = [
  'r.round',
  'r.state as round_state',
  'r.start_ms',
  'r.end_ms',
  'r.exit_code',
  'r.error_code as round_error_code',
  'r.error_info as round_error_info',
  'r.dropped',
  'r.gap_after',
  'r.gap_bytes',
] as const

/** The newest round is found by its start, which is in the key of the table. */
function newest(db: Reader) {
  return tasks(db)
    .leftJoin('results as r', (join) =>
      join
        .onRef('r.invoke_id', '=', 't.invoke_id')
        .onRef('r.instance_id', '=', 't.instance_id')
        .on('r.start_ms', '=', (eb) =>
          eb
            .selectFrom('results as x')
            .select((x) => x.fn.max('x.start_ms').as('newest'))
            .whereRef('x.invoke_id', '=', 't.invoke_id')
            .whereRef('x.instance_id', '=', 't.instance_id'),
        ),
    )
    .select(ROUND)
}

function tasks(db: Reader) {
  return db
    .selectFrom('tasks as t')
    .select([
      't.invoke_id',
      't.instance_id',
      't.state',
      't.rounds',
      't.error_code',
      't.error_info',
      't.stop_at_ms',
      't.created_at_ms',
      't.updated_at_ms',
    ])
    .orderBy('t.invoke_id')
    .orderBy('t.instance_id')
}
