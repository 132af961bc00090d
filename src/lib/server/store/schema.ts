import type {TaskState} from '../../protocol/ecs/status.ts'
import type {RepeatMode, ScheduleKind} from '../../protocol/repeat.ts'
import type {ScriptType} from '../../protocol/script.ts'

// Times are Unix ms, booleans are 0 or 1, JSON is text: types that SQLite and PostgreSQL read back alike.

export interface Schema {
  access_keys: AccessKeyRow
  nonces: NonceRow
  client_tokens: ClientTokenRow
  commands: CommandRow
  invocations: InvocationRow
  tasks: TaskRow
  results: ResultRow
  followers: FollowerRow
  unread_output: UnreadOutputRow
  instances: InstanceRow
  activations: ActivationRow
  tags: TagRow
  audit: AuditRow
  marks: MarkRow
  replicas: ReplicaRow
  channels: ChannelRow
  facts: FactRow
}

export interface AccessKeyRow {
  access_key_id: string
  account_id: string
  /** AES-256-GCM under a key that is not in the database. */
  secret_sealed: string
  description: string
  disabled: 0 | 1
  created_at_ms: number
}

/** A nonce is remembered for 31 minutes so that no replica accepts it twice. Primary key: (access_key_id, nonce). */
export interface NonceRow {
  access_key_id: string
  nonce: string
  expires_at_ms: number
}

/** Primary key: (account_id, token). */
export interface ClientTokenRow {
  account_id: string
  token: string
  /** SHA-256 of the canonical request without what differs between retries. */
  request_hash: string
  response_json: string
  created_at_ms: number
}

export interface CommandRow {
  command_id: string
  account_id: string
  region_id: string
  name: string
  description: string
  type: ScriptType
  /** The script as text, decoded. */
  content: string
  working_dir: string
  timeout_sec: number
  enable_parameter: 0 | 1
  launcher: string
  resource_group_id: string
  invoke_times: number
  /** 0: made by RunCommand without KeepCommand; never listed. */
  kept: 0 | 1
  created_at_ms: number
}

/** A use of a command. It carries a copy of the command, because that may be changed or deleted meanwhile. */
export interface InvocationRow {
  invoke_id: string
  account_id: string
  region_id: string
  command_id: string
  command_name: string
  command_description: string
  command_type: ScriptType
  content: string
  enable_parameter: 0 | 1
  launcher: string
  working_dir: string
  timeout_sec: number
  username: string
  windows_password_name: string
  container_id: string
  container_name: string
  oss_output_delivery: string
  /** JSON object name → value. */
  parameters_json: string
  repeat_mode: RepeatMode
  frequency: string
  /** Decided when it is stored. */
  schedule_kind: ScheduleKind
  termination_mode: string
  resource_group_id: string
  /** Raised by each change of a recurring task; the agent sees it. */
  invoke_version: number
  /** Raised by every change of the invocation, its tasks or results; what a held answer waits for. */
  change_count: number
  created_at_ms: number
}

/** One instance of an invocation. Primary key: (invoke_id, instance_id). */
export interface TaskRow {
  invoke_id: string
  instance_id: string
  state: TaskState
  /** 1 while the agent has something to do about it: the rows a fetch looks at. */
  open: 0 | 1
  rounds: number
  error_code: string
  error_info: string
  /** Last time it was handed to the agent; 0 = never. */
  delivered_at_ms: number
  /** Agents must have taken it by then; 0 = no deadline. */
  deadline_ms: number
  /** When StopInvocation was called; 0 = not. */
  stop_at_ms: number
  /** 1 when the state was inferred (Expired, Lost) and a late report may still replace it, once. */
  inferred: 0 | 1
  /** 1: it is over here, and its agent is to be told so at its next fetch. */
  recall: 0 | 1
  created_at_ms: number
  updated_at_ms: number
}

/** One round of a task: the only one of a once-only task. Primary key: (invoke_id, instance_id, start_ms). */
export interface ResultRow {
  invoke_id: string
  instance_id: string
  /** As the agent told it; names the round. */
  start_ms: number
  round: number
  state: TaskState
  end_ms: number
  /** Null until the script has ended by itself. */
  exit_code: number | null
  error_code: string
  error_info: string
  /** The newest bytes, at most LIMITS.outputBytes. */
  output: Uint8Array
  /** Bytes lost: everything printed is dropped + output. */
  dropped: number
  /** Position after the last byte seen; reports below it repeat what is known. */
  output_end: number
  /** Bytes of `output` in front of those that are missing in its midst, and how many are missing; 0: none. */
  gap_after: number
  gap_bytes: number
  created_at_ms: number
  updated_at_ms: number
}

/** Who wants all of an output, and up to where they have it. Primary key: (invoke_id, instance_id, follower_id). */
export interface FollowerRow {
  invoke_id: string
  instance_id: string
  /** As they call themselves; empty: somebody who may be about to. */
  follower_id: string
  position: number
  looked_at_ms: number
  until_ms: number
}

/** Output that a follower has not got yet and that `results.output` has no room for. Primary key: (invoke_id, instance_id, position). */
export interface UnreadOutputRow {
  invoke_id: string
  instance_id: string
  position: number
  end_position: number
  bytes: Uint8Array
  created_at_ms: number
}

export interface InstanceRow {
  instance_id: string
  account_id: string
  region_id: string
  name: string
  activation_id: string
  machine_id: string
  /** SPKI PEM. */
  public_key: string
  /** 1: our agent; its requests must carry the strong signature. */
  strong: 0 | 1
  hostname: string
  intranet_ip: string
  internet_ip: string
  os_type: string
  os_version: string
  agent_version: string
  /** How many scripts its agent runs at once, as far as it says. */
  slots: number
  resource_group_id: string
  invocation_count: number
  last_invoked_at_ms: number
  last_seen_at_ms: number
  registered_at_ms: number
  /** 0 = registered. Rows stay, so that old results keep their owner. */
  deregistered_at_ms: number
}

export interface ActivationRow {
  activation_id: string
  account_id: string
  region_id: string
  /** SHA-256 of the code, hex. */
  code_hash: string
  description: string
  instance_name: string
  instance_count: number
  registered_count: number
  deregistered_count: number
  ttl_hours: number
  ip_address_range: string
  resource_group_id: string
  /** Prefix of the ids it gives out: `mi-`, or `i-local-` for the machine of the embedded plane. */
  id_prefix: string
  disabled: 0 | 1
  deleted: 0 | 1
  created_at_ms: number
}

/** Primary key: (resource_type, resource_id, tag_key). */
export interface TagRow {
  account_id: string
  resource_type: 'command' | 'invocation' | 'activation' | 'managedinstance'
  resource_id: string
  tag_key: string
  tag_value: string
}

/** Append-only; written in the transaction of the call it tells of. */
export interface AuditRow {
  at_ms: number
  account_id: string
  /** Access key id or instance id. */
  caller: string
  action: string
  /** JSON array of ids. */
  targets_json: string
  request_id: string
  source: string
  result: string
  /** SHA-256 of the script, never its text. */
  script_hash: string
}

/** A moment that the server goes by; see marks.ts. Primary key: name. */
export interface MarkRow {
  name: string
  at_ms: number
}

/** A server among those that share the database. */
export interface ReplicaRow {
  replica_id: string
  /** Later, it is dead or stands still, and what it holds is nobody's. */
  alive_until_ms: number
}

/** Which server holds the kick channel of an instance, where several might; the newest one counts. */
export interface ChannelRow {
  instance_id: string
  replica_id: string
  opened_at_ms: number
  /** Last time a second agent claimed it; 0 = never. */
  contested_at_ms: number
}

export interface FactRow {
  name: 'master key'
  value: string
}
