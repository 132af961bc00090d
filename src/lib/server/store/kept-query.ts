import type {Compilable, CompiledQuery, QueryResult} from 'kysely'
import type {Reader, Tx} from './database.ts'
import type {Schema} from './schema.ts'

/** A query whose text is always the same; it is given its values. */
export type KeptQuery<Values, Row> = (db: Reader | Tx, values: Values) => Promise<QueryResult<Row>>

/** Stands in the place of a value while a query is built. */
class Slot {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/**
 * Builds and compiles a query once per engine: doing so anew took as long as running it. `build` must not look at the values, which
 * are not there yet, and may only put them where a value can stand.
 */
export function keptQuery<Values extends object, Row>(
  build: (db: Reader, values: Values) => Compilable<Row>,
): KeptQuery<Values, Row> {
  const compiled = new WeakMap<object, CompiledQuery<Row>>()
  return (db, values) => {
    const engine = db.getExecutor().adapter
    let query = compiled.get(engine)
    if (query === undefined) {
      query = build(db, SLOTS as Values).compile()
      compiled.set(engine, query)
    }
    return db.executeQuery({...query, parameters: query.parameters.map((slot) => fill(slot, values))})
  }
}

/** One kept query for each shape that a query can have, such as the columns that it sets. */
export function keptQueries<Shape extends string, Values extends object, Row>(
  build: (shape: Shape) => (db: Reader, values: Values) => Compilable<Row>,
): (shape: Shape) => KeptQuery<Values, Row> {
  const kept = new Map<Shape, KeptQuery<Values, Row>>()
  return (shape) => {
    const known = kept.get(shape)
    if (known) return known
    const query = keptQuery(build(shape))
    kept.set(shape, query)
    return query
  }
}

/** Adds rows of one table; which columns they have, and how many they are, is the shape. */
export function keptInsert<Table extends keyof Schema & string>(
  table: Table,
): (tx: Tx, rows: ReadonlyArray<Schema[Table]>) => Promise<void> {
  const inserts = keptQueries((shape: string) => (db, values: Record<string, unknown>) => {
    const [columns = '', rows = '1'] = shape.split(' ')
    const row = (index: number) =>
      Object.fromEntries(columns.split(',').map((name) => [name, values[`${name} ${index}`]]))
    return db.insertInto(table).values(Array.from({length: Number(rows)}, (_, index) => row(index)) as never)
  })
  return async (tx, rows) => {
    const [first] = rows
    if (first === undefined) return
    const values: Record<string, unknown> = {}
    for (const [index, row] of rows.entries())
      for (const [name, value] of Object.entries(row)) values[`${name} ${index}`] = value
    await inserts(`${Object.keys(first).join()} ${rows.length}`)(tx, values)
  }
}

/** The ids of a list as slots; the shape is how many there are. */
export function idSlots(values: Readonly<Record<string, string>>, shape: string): string[] {
  return Array.from({length: Number(shape)}, (_, index) => values[`id${index}`] as string)
}

export function idValues(ids: readonly string[]): Record<string, string> {
  return Object.fromEntries(ids.map((id, index) => [`id${index}`, id]))
}

const SLOTS: unknown = new Proxy({}, {get: (_none, name) => new Slot(String(name))})

function fill(parameter: unknown, values: object): unknown {
  return parameter instanceof Slot ? values[parameter.name as keyof typeof values] : parameter
}
