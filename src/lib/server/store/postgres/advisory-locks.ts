/** Locks by number, of which all servers on one database must think alike. The numbers mean nothing. */
export const ADVISORY_LOCKS = {migration: 7_251_001, maintenance: 7_251_002, fetch: 7_251_003} as const
