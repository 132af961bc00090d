import type {Tx} from '../database.ts'
import {keptQuery} from '../kept-query.ts'
import type {AuditRow} from '../schema.ts'

export interface AuditEntry {
  atMs: number
  accountId: string
  /** Access key id, instance id or, where nobody is known, what was claimed. */
  caller: string
  action: string
  targets: readonly string[]
  requestId: string
  source: string
  /** SHA-256 of the script. */
  scriptHash?: string
  /** A code where it was refused; absent: it was done. */
  result?: string
}

/** In the transaction of the call it tells of, so that neither is there without the other. */
export async function appendAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  await APPEND(tx, {
    at_ms: entry.atMs,
    account_id: entry.accountId,
    caller: entry.caller,
    action: entry.action,
    targets_json: JSON.stringify(entry.targets),
    request_id: entry.requestId,
    source: entry.source,
    result: entry.result ?? 'ok',
    script_hash: entry.scriptHash ?? '',
  })
}

const APPEND = keptQuery((db, row: AuditRow) =>
  db.insertInto('audit').values({
    at_ms: row.at_ms,
    account_id: row.account_id,
    caller: row.caller,
    action: row.action,
    targets_json: row.targets_json,
    request_id: row.request_id,
    source: row.source,
    result: row.result,
    script_hash: row.script_hash,
  }),
)
