import { queryRow } from '../../db/connection.js';
import { requireIds, takeSnapshot } from '../../extract/extract-chunk.js';
import { readIdSigns } from '../../extract/id-signs.js';
import { selectLargestId } from '../../extract/id-signs.sql.js';
import { findMissingIndexes, toIndexAdvice } from '../../extract/idb-indexes.js';
import { countWithoutTime, sampleWithoutTime } from '../../extract/row-times.js';
import { isBehind, type SequenceSign, type SubscriptionSign } from '../../mart/id-order.js';
import { ID_SLACK } from '../../mart/source-window.js';
import { toRowsWithoutTimeText, toUsableTimes } from '../../model/row-time.js';
import { counted, newestRows, toCountText, verb } from '../../model/text.js';
import { countReadableRows } from './doctor.sql.js';
import { note, ok, problem, warning, type CheckResult, type IdbSubject } from './finding.js';

/** The purpose of each index, and the severity of its absence. */
const WANTED = {
  id: { judge: problem, reason: 'each run has to read all rows to find new ones' },
  callid: { judge: problem, reason: 'reading an interaction again has to read all rows' },
  added_ts: { judge: warning, reason: 'backfills and comparisons have to read all rows for each slice' },
} as const;

const MOST_NAMED = 10;

/** Does the IDB have the indexes that its table needs? A finding about a missing index includes the statement that creates it. */
export async function checkIndexes({ connection, table }: Pick<IdbSubject, 'connection' | 'table'>): Promise<CheckResult[]> {
  if (!table.hasCeiling) return [note(`${table.schema}.${table.name} is a ${table.kind}; its indexes cannot be checked`)];
  const columns = Object.keys(WANTED) as (keyof typeof WANTED)[];
  const missing = await findMissingIndexes(connection, table, columns);
  if (missing.length === 0) return [ok(`indexes begin with ${columns.join(', ')}`)];
  return missing.slice(0, MOST_NAMED).map((index) => {
    const { judge, reason } = WANTED[index.column as keyof typeof WANTED];
    return judge(`${index.name} has no index that begins with ${index.column.toUpperCase()}: ${reason}`, toIndexAdvice([index]));
  });
}

/** The cost of ids that do not rise with transactions. */
const COST = 'each run has to read all rows of the table';

/** Are ids drawn in about the order of their transactions? Rows with smaller ids than those already read would be missed. */
export async function checkIdSequence({
  connection,
  table,
  state,
}: Pick<IdbSubject, 'connection' | 'table'> & Partial<Pick<IdbSubject, 'state'>>): Promise<CheckResult[]> {
  const { max_id: maxId } = await queryRow<{ max_id: number }>(connection, selectLargestId(table.rows));
  const { subscriptions, sequences, mostSessions } = await readIdSigns(connection, table);
  const place = `${table.schema}.${table.name}`;
  const late = state?.idOrder?.doubts.filter(({ reason }) => reason === 'late-rows') ?? [];
  return [
    ...subscriptions.map(judgeSubscription),
    ...sequences.map((sequence) => judgeSequence(sequence, maxId, mostSessions)),
    ...(sequences.length === 0 && subscriptions.length === 0
      ? [note(`the ids of ${place} come from no sequence of the table; each run checks whether new rows have larger ids`)]
      : []),
    ...late.map(({ text }) =>
      warning(
        `${text}; ${COST} until a week has passed without any`,
        'Find out what writes rows with ids of its own: an import, a restored backup, another server.',
      ),
    ),
  ];
}

function judgeSubscription({ name, isEnabled, isReady, heardAt }: SubscriptionSign): CheckResult {
  const found = `subscription ${name} writes rows with ids of another server; ${COST}`;
  if (!isEnabled)
    return warning(
      `${found}; it is disabled and delivers nothing`,
      `As its owner, run: alter subscription ${name} enable; or: drop subscription ${name};`,
    );
  if (heardAt === null || !isReady)
    return warning(
      `${found}; ${isReady ? 'it has heard nothing from its publisher' : 'it is still copying'}, so the mart's completeness does not advance`,
      "Look at the log of the IDB's server and at pg_stat_subscription.",
    );
  return note(`${found}; it last heard from its publisher at ${heardAt.toISOString()}; the mart is complete until then`);
}

function judgeSequence(sequence: SequenceSign, maxId: number, mostSessions: number): CheckResult {
  const { name, lastValue, isReadable, increment, cache } = sequence;
  if (increment < 0)
    return warning(
      `sequence ${name} counts down; ${COST}`,
      `As the owner of the IDB, run: alter sequence ${name} increment by 1; and set it above the largest id.`,
    );
  if (isBehind(sequence, maxId))
    return warning(
      `sequence ${name} stands at ${lastValue ?? 'its beginning'}, below the largest id ${maxId}; as long as ids are drawn from it, ${COST}`,
      `As the owner of the IDB, run: select setval('${name.replaceAll("'", "''")}', ${maxId});`,
    );
  if (cache > 1) {
    const found = `sequence ${name} has a cache of ${cache}; each session reserves that many ids`;
    return cache * mostSessions > ID_SLACK
      ? warning(
          `${found}; with ${counted(mostSessions, 'session')} rows may be written more than ${ID_SLACK} ids late, and ${COST}`,
          `As the owner of the IDB, run: alter sequence ${name} cache 1;`,
        )
      : note(`${found}; a run looks ${ID_SLACK} ids back, which is enough for ${counted(mostSessions, 'writing session')}`);
  }
  return isReadable
    ? ok(`sequence ${name} has no cache`)
    : note(
        `sequence ${name} has no cache; this role may not read its position`,
        `As the owner of the IDB, run: grant select on sequence ${name} to the role of chatmart;`,
      );
}

/** Does each row have an id, and can the newest rows be read as ICON's? Throws the errors that a run would end with. */
export async function checkRows({ connection, table }: Pick<IdbSubject, 'connection' | 'table'>): Promise<CheckResult[]> {
  await requireIds(connection, table);
  await takeSnapshot(connection, table);
  const { rows, deletions } = await queryRow<{ rows: number; deletions: number }>(connection, countReadableRows(table));
  return [
    ok(
      `each row has an id, and ${newestRows(rows)} can be read; ${toCountText(deletions)} of them ${verb(deletions, 'records', 'record')} a deleted key`,
    ),
  ];
}

/** Does ADDED_TS say when ICON stored each row? Backfills and comparisons rely on it. */
export async function checkRowTimes({
  connection,
  table,
  clock,
}: Pick<IdbSubject, 'connection' | 'table' | 'clock'>): Promise<CheckResult[]> {
  const usable = toUsableTimes(clock());
  const withoutIndex = await findMissingIndexes(connection, table, ['added_ts']);
  const count = withoutIndex.length === 0 ? countWithoutTime : sampleWithoutTime;
  const found = await count(connection, table, usable);
  const place = `${table.schema}.${table.name}`;
  if (found.rows === 0)
    return [ok(`${found.ofNewest === null ? 'each row' : `each of ${newestRows(found.ofNewest)}`} of ${place} has a usable ADDED_TS`)];
  return [
    warning(
      `${place} has ${toRowsWithoutTimeText(found)}: chatmart run loads them, but they belong to no slice of a backfill and to no hour of a comparison`,
      'ICON writes seconds since 1970 (UTC) into each row. Find out what copies or changes the rows on their way. chatmart reconcile compares such rows too.',
    ),
  ];
}
