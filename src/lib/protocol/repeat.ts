/**
 * When a command runs. One word for each set of modes, everywhere:
 *
 *              Once DryRun NextRebootOnly EveryReboot Period:at Period:cron,rate
 *   timed                  x              x           x         x                  runs by itself later
 *   at boot                x              x                                        a boot makes it run
 *   scheduled                                         x         x                  an expression says when
 *   recurring                             x                     x                  round after round, until it is stopped or over
 */
export const REPEAT_MODES = ['Once', 'Period', 'NextRebootOnly', 'EveryReboot', 'DryRun'] as const
export type RepeatMode = (typeof REPEAT_MODES)[number]

/** As agents are told: by the kind of its expression, and a dry run in a list of its own. */
export const WIRE_REPEATS = ['Once', 'Period', 'Rate', 'At', 'NextRebootOnly', 'EveryReboot'] as const
export type WireRepeat = (typeof WIRE_REPEATS)[number]

export const BOOT_MODES = ['NextRebootOnly', 'EveryReboot'] as const satisfies readonly RepeatMode[]
export const TIMED_MODES = ['Period', ...BOOT_MODES] as const satisfies readonly RepeatMode[]

export function isTimed(mode: RepeatMode): boolean {
  return TIMED_MODES.some((timed) => timed === mode)
}

export function isAtBoot(repeat: RepeatMode | WireRepeat): boolean {
  return BOOT_MODES.some((mode) => mode === repeat)
}

export function isScheduled(repeat: WireRepeat): boolean {
  return repeat === 'Period' || repeat === 'Rate' || repeat === 'At'
}

/** `once`: one round, now or at the next boot; `at`: one round at a time of its own; `recurring`: as above. */
export type ScheduleKind = 'once' | 'at' | 'recurring'

/** @param expression the kind of its frequency, which only Period has */
export function scheduleKind(mode: RepeatMode, expression: 'cron' | 'rate' | 'at'): ScheduleKind {
  if (mode === 'EveryReboot') return 'recurring'
  if (mode !== 'Period') return 'once'
  return expression === 'at' ? 'at' : 'recurring'
}
