import type { ReconcileSummary } from '../../src/pipeline/reconcile/summary.js';
import { query, testClock } from './databases.js';
import type { KeyValue, Urls } from './histories.js';
import { writeUserData, type UserDataRow } from './user-data.js';
import { reconcile, type FlatReconcileOptions } from './jobs.js';

/** Compares everything in a test's IDB with its mart. */
export const reconcileAll = (urls: Urls, options: Partial<FlatReconcileOptions> = {}): Promise<ReconcileSummary> =>
  reconcile({
    from: new Date('2026-01-01T00:00:00Z'),
    to: new Date('2027-01-01T00:00:00Z'),
    ...urls,
    martSchema: 'infomart',
    idbSchema: 'public',
    clock: testClock,
    ...options,
  });

/** The findings, without numbers that tests cannot predict. */
export const countsOf = ({ interactions, right, comparedInFull, missing, different, repaired }: ReconcileSummary) => ({
  interactions,
  right,
  comparedInFull,
  missing,
  different,
  repaired,
});

/** Writes rows and moves the watermark past them, as if a run had read and lost them. */
export async function writeUnseen({ idbUrl, martUrl }: Urls, rows: readonly UserDataRow[]): Promise<void> {
  await writeUserData(idbUrl, rows);
  const [now] = await query<{ ceiling: string; max_id: number }>(
    idbUrl,
    `select pg_snapshot_xmin(pg_current_snapshot())::text as ceiling, max(id) as max_id from g_userdata_history`,
  );
  await query(
    martUrl,
    `update infomart.chatmart_source set last_ceiling = $1::numeric,
       marks = jsonb_build_array(jsonb_build_object('xmax', $1, 'maxId', $2::bigint, 'takenAt', '2026-03-04T05:06:07Z'))`,
    [now!.ceiling, now!.max_id],
  );
}

/** How often the mart was written: transactions, facts and discards. */
export const countWrites = async (martUrl: string): Promise<unknown> =>
  (
    await query(
      martUrl,
      `select
         (select max(coalesce(update_audit_key, create_audit_key)) from infomart.chat_session_fact) as fact,
         (select count(*) from infomart.stg_transform_discards) as discards,
         (select count(*) from infomart.chatmart_pending_agg) as pending`,
    )
  )[0];

export const START = 'ChatServerSessionStartedAt';
export const END = 'ChatServerSessionClosedAt';
export const NOON = Date.UTC(2026, 2, 2, 12) / 1000;
export const HOUR = 3600;

/** Rows of one interaction, stored at noon unless stated otherwise. */
export const of = (guid: string, values: readonly KeyValue[], addedTs = NOON): UserDataRow[] =>
  values.map(([keyname, value, at]) => [guid, keyname, value, at ?? addedTs]);

/** A closed session with a key of each type. */
export const session = (guid: string, addedTs = NOON, more: readonly KeyValue[] = []): UserDataRow[] =>
  of(
    guid,
    [
      [START, '2026-03-02T11:00:00Z'],
      [END, '2026-03-02T11:20:00Z'],
      ['csg_TenantId', '101'],
      ['csg_MediaType', 'smssession'],
      ['csg_SessionTotalTime', '1200'],
      ['csg_PartiesAsAgentCount', '2'],
      ['csg_MediaOrigin', 'web'],
      ['csg_SessionEndedBy', 'CLIENT'],
      ['csg_ChatAsyncMode', '0'],
      ['csg_ChatSessionID', `S-${guid}`],
      ...more,
    ],
    addedTs,
  );

/** The same rows with another value for one key. */
export const withValue = (rows: readonly UserDataRow[], of: string, other: string): UserDataRow[] =>
  rows.map(([guid, keyname, value, addedTs]) => [guid, keyname, keyname === of ? other : value, addedTs ?? NOON]);
