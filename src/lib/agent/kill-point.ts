/** Steps of a run at which tests end the agent as a power cut would. */
export const KILL_STEPS = [
  'before-marker',
  'after-marker',
  'after-spawn',
  'after-start-report',
  'during-output',
  'after-exit',
  'after-final-written',
  'after-final-sent',
] as const

export type KillStep = (typeof KILL_STEPS)[number]
export type KillPoint = (step: KillStep) => void

/** Does nothing unless a test asked for it. */
export function createKillPoint(wanted: string | undefined): KillPoint {
  return (step) => {
    if (step === wanted) process.kill(process.pid, 'SIGKILL')
  }
}
