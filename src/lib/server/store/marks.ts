import type {Reader, Tx} from './database.ts'
import {keptQuery} from './kept-query.ts'

/**
 * `time`: when the clock was last believed. `forgotten`: of requests signed until then nobody knows any more whether they came before.
 * `probe`: written to see whether anything can be.
 */
export type MarkName = 'time' | 'forgotten' | 'probe'

/** Unix ms; `undefined`: there is none yet. */
export async function readMark(db: Reader, name: MarkName): Promise<number | undefined> {
  const [row] = (await MARK(db, {name})).rows
  return row && Number(row.at_ms)
}

const MARK = keptQuery((db, of: {name: MarkName}) => db.selectFrom('marks').select('at_ms').where('name', '=', of.name))

export async function setMark(tx: Tx, name: MarkName, atMs: number): Promise<void> {
  await tx
    .insertInto('marks')
    .values({name, at_ms: atMs})
    .onConflict((conflict) => conflict.column('name').doUpdateSet({at_ms: atMs}))
    .execute()
}

/** Never lowers it. */
export async function raiseMark(tx: Tx, name: MarkName, atMs: number): Promise<void> {
  await tx
    .insertInto('marks')
    .values({name, at_ms: atMs})
    .onConflict((conflict) => conflict.column('name').doUpdateSet({at_ms: atMs}).where('marks.at_ms', '<', atMs))
    .execute()
}

/** Never raises it, nor makes one. */
export async function lowerMark(tx: Tx, name: MarkName, atMs: number): Promise<void> {
  await tx.updateTable('marks').set({at_ms: atMs}).where('name', '=', name).where('at_ms', '>', atMs).execute()
}
