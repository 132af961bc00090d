import type {Kysely, Migration} from 'kysely'
import {type ColumnTypes, first} from './0001-first.ts'
import {kindsAndRecalls} from './0002-kinds-and-recalls.ts'
import {gaps} from './0003-gaps.ts'
import {marks} from './0004-marks.ts'
import {replicas} from './0005-replicas.ts'
import {followers} from './0006-followers.ts'

/**
 * The schema's history, in order of the names. Never edit one that was released: add the next, and let it add only: where several servers
 * share a database, those of the version before go on working with it while they are replaced one by one.
 */
export function createMigrations(engine: ColumnTypes): Record<string, Migration> {
  return {
    '0001-first': {up: (db: Kysely<unknown>) => first(db, engine)},
    '0002-kinds-and-recalls': {up: (db: Kysely<unknown>) => kindsAndRecalls(db, engine)},
    '0003-gaps': {up: gaps},
    '0004-marks': {up: marks},
    '0005-replicas': {up: (db: Kysely<unknown>) => replicas(db, engine)},
    '0006-followers': {up: (db: Kysely<unknown>) => followers(db, engine)},
  }
}
