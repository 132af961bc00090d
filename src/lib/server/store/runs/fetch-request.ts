export interface FetchRequest {
  instanceId: string
  /** 1: our agent, which keeps its schedules, and tasks for the next boot, on disk. */
  strong: 0 | 1
  /** The first fetch of the agent's process. */
  isStartup: boolean
  /** The first fetch since the machine booted. */
  isColdStart: boolean
  /** How many scripts the agent runs at once; what is beyond waits here, where it can still be stopped and told from what runs. */
  slots: number
  nowMs: number
}
