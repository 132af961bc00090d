// Fills a store with runs that are over, as a server would have left them: so many runs, a hundred instances, twenty commands.
import {sql} from 'kysely'
import {openSqlite} from '../../src/lib/server/store/sqlite/open.ts'

const [file = '', runs = '0', accountId = 'main', ...instanceIds] = process.argv.slice(2)
const AT_ONCE = 50_000
const SPREAD_MS = 86_400_000 / 2
const nowMs = Date.now()
const db = await openSqlite(file)
await db.write(async (tx) => {
  await sql`create temp table filling (n integer primary key, instance_id text)`.execute(tx)
  for (const [n, id] of instanceIds.entries()) await sql`insert into filling values (${n}, ${id})`.execute(tx)
})
const total = Number(runs)
for (let from = 0; from < total; from += AT_ONCE) {
  const to = Math.min(total, from + AT_ONCE) - 1
  const numbers = sql`with recursive numbers(n) as (select ${from} union all select n + 1 from numbers where n < ${to})`
  const at = sql`(${nowMs - SPREAD_MS} + n * ${SPREAD_MS} / ${total})`
  const state = sql`(case when n % 100 = 99 then 'Stopped' when n % 20 = 19 then 'Failed' else 'Success' end)`
  await db.write(async (tx) => {
    await sql`insert into invocations (invoke_id, account_id, region_id, command_id, command_name, command_description, command_type,
      content, enable_parameter, launcher, working_dir, timeout_sec, username, windows_password_name, container_id, container_name,
      oss_output_delivery, parameters_json, repeat_mode, frequency, schedule_kind, termination_mode, resource_group_id, invoke_version,
      change_count, created_at_ms)
      ${numbers} select 't-fill' || n, ${accountId}, 'local', 'c-fill' || (n % 20), 'job-' || (n % 20), '', 'RunShellScript',
      'echo 123', 0, '', '', 60, '', '', '', '', '', '{}', 'Once', '', 'once', '', '', 0, 4, ${at} from numbers`.execute(
      tx,
    )
    await sql`insert into tasks (invoke_id, instance_id, state, open, rounds, error_code, error_info, delivered_at_ms, deadline_ms,
      stop_at_ms, inferred, recall, created_at_ms, updated_at_ms)
      ${numbers} select 't-fill' || n, (select instance_id from filling where filling.n = numbers.n % ${instanceIds.length}), ${state}, 0, 1,
      '', '', ${at}, 0, 0, 0, 0, ${at}, ${at} from numbers`.execute(tx)
    await sql`insert into results (invoke_id, instance_id, start_ms, round, state, end_ms, exit_code, error_code, error_info, output,
      dropped, output_end, gap_after, gap_bytes, created_at_ms, updated_at_ms)
      ${numbers} select 't-fill' || n, (select instance_id from filling where filling.n = numbers.n % ${instanceIds.length}), ${at}, 1,
      ${state}, ${at}, (case when n % 20 = 19 then 1 else 0 end), '', '', cast('123' as blob), 0, 3, 0, 0, ${at}, ${at}
      from numbers`.execute(tx)
    await sql`insert into tags (account_id, resource_type, resource_id, tag_key, tag_value)
      ${numbers} select ${accountId}, 'invocation', 't-fill' || n, 'team', 'web' from numbers where n % 10 = 0`.execute(
      tx,
    )
  })
}
await db.close()
