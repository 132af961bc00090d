import {type CreateTableBuilder, type Kysely, sql} from 'kysely'

/** What an engine calls a column of bytes, and one of text that is compared byte by byte, as ids and our own code are. */
export interface ColumnTypes {
  blob: 'blob' | 'bytea'
  text: 'text' | 'text collate "C"'
}

/** A type with a question mark may be null. */
type ColumnType = 'text' | 'integer' | 'bigint' | 'bigint?' | 'blob'

export async function first(db: Kysely<unknown>, engine: ColumnTypes): Promise<void> {
  const createTable = async (
    name: string,
    primaryKey: string[],
    columns: Record<string, ColumnType>,
  ): Promise<void> => {
    let table: CreateTableBuilder<string, string> = db.schema.createTable(name)
    for (const [column, type] of Object.entries(columns)) {
      const dataType = sql.raw(type === 'blob' || type === 'text' ? engine[type] : type.replace('?', ''))
      table = table.addColumn(column, dataType, (definition) =>
        type.endsWith('?') ? definition : definition.notNull(),
      )
    }
    if (primaryKey.length > 0) table = table.addPrimaryKeyConstraint(`${name}_pk`, primaryKey as [string, ...string[]])
    await table.execute()
  }

  await createTable('access_keys', ['access_key_id'], {
    access_key_id: 'text',
    account_id: 'text',
    secret_sealed: 'text',
    description: 'text',
    disabled: 'integer',
    created_at_ms: 'bigint',
  })
  await createTable('nonces', ['access_key_id', 'nonce'], {
    access_key_id: 'text',
    nonce: 'text',
    expires_at_ms: 'bigint',
  })
  await db.schema.createIndex('nonces_expiry').on('nonces').columns(['expires_at_ms']).execute()
  await createTable('client_tokens', ['account_id', 'token'], {
    account_id: 'text',
    token: 'text',
    request_hash: 'text',
    response_json: 'text',
    created_at_ms: 'bigint',
  })
  await db.schema.createIndex('client_tokens_age').on('client_tokens').columns(['created_at_ms']).execute()
  await createTable('commands', ['command_id'], {
    command_id: 'text',
    account_id: 'text',
    region_id: 'text',
    name: 'text',
    description: 'text',
    type: 'text',
    content: 'text',
    working_dir: 'text',
    timeout_sec: 'integer',
    enable_parameter: 'integer',
    launcher: 'text',
    resource_group_id: 'text',
    invoke_times: 'bigint',
    kept: 'integer',
    created_at_ms: 'bigint',
  })
  await db.schema
    .createIndex('commands_list')
    .on('commands')
    .columns(['account_id', 'region_id', 'kept', 'created_at_ms', 'command_id'])
    .execute()
  await createTable('invocations', ['invoke_id'], {
    invoke_id: 'text',
    account_id: 'text',
    region_id: 'text',
    command_id: 'text',
    command_name: 'text',
    command_description: 'text',
    command_type: 'text',
    content: 'text',
    enable_parameter: 'integer',
    launcher: 'text',
    working_dir: 'text',
    timeout_sec: 'integer',
    username: 'text',
    windows_password_name: 'text',
    container_id: 'text',
    container_name: 'text',
    oss_output_delivery: 'text',
    parameters_json: 'text',
    repeat_mode: 'text',
    frequency: 'text',
    termination_mode: 'text',
    resource_group_id: 'text',
    invoke_version: 'integer',
    change_count: 'bigint',
    created_at_ms: 'bigint',
  })
  await db.schema
    .createIndex('invocations_list')
    .on('invocations')
    .columns(['account_id', 'region_id', 'created_at_ms', 'invoke_id'])
    .execute()
  await db.schema.createIndex('invocations_age').on('invocations').columns(['created_at_ms']).execute()
  await db.schema
    .createIndex('invocations_command')
    .on('invocations')
    .columns(['command_id', 'created_at_ms', 'invoke_id'])
    .execute()
  await createTable('tasks', ['invoke_id', 'instance_id'], {
    invoke_id: 'text',
    instance_id: 'text',
    state: 'text',
    open: 'integer',
    rounds: 'bigint',
    error_code: 'text',
    error_info: 'text',
    delivered_at_ms: 'bigint',
    deadline_ms: 'bigint',
    stop_at_ms: 'bigint',
    inferred: 'integer',
    created_at_ms: 'bigint',
    updated_at_ms: 'bigint',
  })
  await db.schema.createIndex('tasks_open').on('tasks').columns(['instance_id', 'open', 'created_at_ms']).execute()
  await db.schema.createIndex('tasks_deadline').on('tasks').columns(['open', 'state', 'deadline_ms']).execute()
  await createTable('results', ['invoke_id', 'instance_id', 'start_ms'], {
    invoke_id: 'text',
    instance_id: 'text',
    start_ms: 'bigint',
    round: 'bigint',
    state: 'text',
    end_ms: 'bigint',
    exit_code: 'bigint?',
    error_code: 'text',
    error_info: 'text',
    output: 'blob',
    dropped: 'bigint',
    output_end: 'bigint',
    created_at_ms: 'bigint',
    updated_at_ms: 'bigint',
  })
  await db.schema.createIndex('results_instance').on('results').columns(['instance_id', 'created_at_ms']).execute()
  await createTable('instances', ['instance_id'], {
    instance_id: 'text',
    account_id: 'text',
    region_id: 'text',
    name: 'text',
    activation_id: 'text',
    machine_id: 'text',
    public_key: 'text',
    strong: 'integer',
    hostname: 'text',
    intranet_ip: 'text',
    internet_ip: 'text',
    os_type: 'text',
    os_version: 'text',
    agent_version: 'text',
    resource_group_id: 'text',
    invocation_count: 'bigint',
    last_invoked_at_ms: 'bigint',
    last_seen_at_ms: 'bigint',
    registered_at_ms: 'bigint',
    deregistered_at_ms: 'bigint',
  })
  await db.schema
    .createIndex('instances_list')
    .on('instances')
    .columns(['account_id', 'region_id', 'registered_at_ms'])
    .execute()
  await createTable('activations', ['activation_id'], {
    activation_id: 'text',
    account_id: 'text',
    region_id: 'text',
    code_hash: 'text',
    description: 'text',
    instance_name: 'text',
    instance_count: 'integer',
    registered_count: 'integer',
    deregistered_count: 'integer',
    ttl_hours: 'integer',
    ip_address_range: 'text',
    resource_group_id: 'text',
    id_prefix: 'text',
    disabled: 'integer',
    deleted: 'integer',
    created_at_ms: 'bigint',
  })
  await createTable('tags', ['resource_type', 'resource_id', 'tag_key'], {
    account_id: 'text',
    resource_type: 'text',
    resource_id: 'text',
    tag_key: 'text',
    tag_value: 'text',
  })
  await createTable('audit', [], {
    at_ms: 'bigint',
    account_id: 'text',
    caller: 'text',
    action: 'text',
    targets_json: 'text',
    request_id: 'text',
    source: 'text',
    result: 'text',
    script_hash: 'text',
  })
  await db.schema.createIndex('audit_time').on('audit').columns(['at_ms']).execute()
}
