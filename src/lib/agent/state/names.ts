/** Everything that lies in the folder of an agent. */
export const NAMES = {
  /** Held while an agent lives. */
  lock: 'lock',
  /** Folder of `identityFacts` and `privateKey`. */
  identity: 'identity',
  identityFacts: 'identity/identity',
  privateKey: 'identity/private-key.pem',
  /** Markers of runs whose end the server doesn't know yet. */
  started: 'started',
  /** Tombstones of what ran once. */
  finished: 'finished',
  /** The newest tombstone of each recurring task. */
  rounds: 'rounds',
  /** One folder per run under way, with script, FIFO and final report. */
  runs: 'runs',
  /** Recurring tasks, and those that wait for a boot. */
  schedules: 'schedules',
  /** The boot in which an agent last heard from the server. */
  boot: 'boot',
  /** How many rounds were passed over, ever. */
  missed: 'missed',
  /** What could not be read, for a person to look at. */
  quarantine: 'quarantine',
} as const

/** What belongs to an identity and goes with it. */
export const OF_TASKS = [
  NAMES.started,
  NAMES.finished,
  NAMES.rounds,
  NAMES.runs,
  NAMES.schedules,
  NAMES.boot,
  NAMES.missed,
]
