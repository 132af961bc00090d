import type {Kysely, Migration} from 'kysely'
import {first} from './0001-first.ts'
import {kindsAndRecalls} from './0002-kinds-and-recalls.ts'
import {gaps} from './0003-gaps.ts'
import {marks} from './0004-marks.ts'

/**
 * The schema's history, in order of the names. Never edit one that was released: add the next.
 * `blob` is what the engine calls a column of bytes.
 */
export function createMigrations(engine: {blob: 'blob' | 'bytea'}): Record<string, Migration> {
  return {
    '0001-first': {up: (db: Kysely<unknown>) => first(db, engine.blob)},
    '0002-kinds-and-recalls': {up: kindsAndRecalls},
    '0003-gaps': {up: gaps},
    '0004-marks': {up: marks},
  }
}
