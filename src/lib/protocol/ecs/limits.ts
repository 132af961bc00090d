/**
 * Limits of ECS 2014-05-26 (Cloud Assistant) that are no parameter's; those stand in parameters/, with the codes by which it is refused.
 * Times are in the unit their name says.
 */
export const LIMITS = {
  /** The largest quota that the original grants. */
  commandsPerRegion: 50_000,
  activationsPerRegion: 10,
  /** Of a task, the newest. */
  outputBytes: 24_576,
  /** Seconds in which a once-only task must reach its agent. */
  deliverySec: 60,
  /** Ours, as the API text says nothing: how long the answer to a token is repeated. */
  clientTokenHours: 24,
  /** Ours as well: how long a list goes on where a page of it ended. */
  nextTokenHours: 24,
  invocationRetentionDays: 30,
  /** Ours: who did what, also after what was done is forgotten. */
  auditRetentionDays: 180,
} as const
