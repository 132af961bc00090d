import type {Reader} from './database.ts'

/** The latest time at which something happened here, as far as it is cheap to know (Unix ms); `undefined`: nothing has yet. */
export async function newestMoment(db: Reader): Promise<number | undefined> {
  const {at} = await db
    .selectFrom('audit')
    .select((eb) => eb.fn.max('at_ms').as('at'))
    .executeTakeFirstOrThrow()
  const {seen} = await db
    .selectFrom('instances')
    .select((eb) => eb.fn.max('last_seen_at_ms').as('seen'))
    .executeTakeFirstOrThrow()
  const newestMs = Math.max(Number(at ?? 0), Number(seen ?? 0))
  return newestMs > 0 ? newestMs : undefined
}
