import path from 'node:path';
import { queryRows } from '../../db/connection.js';
import { readFactsKeptFrom } from '../../mart/retention.js';
import { toEpochSeconds } from '../../model/clock.js';
import type { Log } from '../../model/log.js';
import { counted } from '../../model/text.js';
import { stageFile, toExportedTable, type Preparation } from './export-table.js';
import { isInPlace } from './folder.js';
import type { ExportedFile, ExportedTable } from './manifest.js';
import { FACT, GUID, type ExportColumn } from './table.js';
import { selectGone, selectOlderFacts } from './tables.sql.js';

/** Folder of the feed. */
export const DELETED_SESSIONS = 'deleted_sessions';

/** How long the feed lists a session. */
const DAYS_LISTED = 90;

/** Why a session is no longer in the export. */
export const REASONS = ['erased', 'expired', 'deleted', 'left out'] as const;
export type Reason = (typeof REASONS)[number];

/** The sessions that earlier exports held and this one does not, so that copies of those can forget them. */
const COLUMNS: readonly ExportColumn[] = [
  { name: GUID, kind: 'text', isRequired: true, value: '' },
  { name: 'reason', kind: 'text', isRequired: true, value: '' },
  { name: 'audit_key', kind: 'int64', isRequired: true, value: '' },
  { name: 'deleted_at', kind: 'instant', isRequired: true, value: '' },
];

/** A row of the feed as texts. */
type Row = readonly [guid: string, reason: string, auditKey: string, deletedAt: string];

export interface DeletedSessions {
  readonly table: ExportedTable;
  /** The feed lists everything that an export of this audit key or a later one held. */
  readonly deletedSince: number;
  /** How many sessions are new in the feed. */
  readonly reasons: Readonly<Partial<Record<Reason, number>>>;
}

/**
 * Stages the feed of deleted sessions. They are found by comparing the facts' files in place with the mart, so that nothing depends on how a
 * fact was deleted. A session that is back is taken off the feed.
 */
export async function exportDeletedSessions(
  preparation: Preparation,
  tables: Readonly<Record<string, ExportedTable>>,
): Promise<DeletedSessions> {
  const { before, moment } = preparation;
  // To the second, as the feed is read again.
  const now = new Date(Math.floor(preparation.now.getTime() / 1000) * 1000);
  let deletedSince = before?.deletedSince ?? moment.auditKey;
  const reasons: Partial<Record<Reason, number>> = {};
  const feed = { name: DELETED_SESSIONS, columns: COLUMNS };
  const file = await stageFile(preparation, feed, { month: null, versions: '' }, async (encoder) => {
    for await (const { rows, forgotten } of readListed(preparation)) {
      deletedSince = Math.max(deletedSince, forgotten);
      for (const [guid, reason, auditKey, deletedAt] of rows) encoder.add([guid, reason, BigInt(auditKey), new Date(deletedAt)]);
    }
    for await (const gone of findGone(preparation, tables)) {
      if (gone === 'unknown') deletedSince = moment.auditKey;
      else
        for (const { guid, reason } of gone) {
          encoder.add([guid, reason, BigInt(moment.auditKey), now]);
          reasons[reason] = (reasons[reason] ?? 0) + 1;
        }
    }
  });
  return { table: toExportedTable(COLUMNS, [file]), deletedSince, reasons };
}

/** What the feed lists already and still is to list; `forgotten`: the newest audit key of those that it no longer lists, for their age or because its file is lost. */
async function* readListed({ mart, folder, files, before, isAnew, moment, now, sinceTs, log }: Preparation): AsyncGenerator<{
  readonly rows: readonly Row[];
  readonly forgotten: number;
}> {
  const [file] = before?.tables[DELETED_SESSIONS]?.files ?? [];
  if (file === undefined) return;
  if (!isInPlace(folder, file)) {
    // Without rows the file was no loss.
    if (file.rows === 0) return;
    tellMissing(log, file, `the ${counted(file.rows, 'session')} that it listed are no longer in ${DELETED_SESSIONS}`);
    yield { rows: [], forgotten: moment.auditKey };
    return;
  }
  const listedFrom = now.getTime() - DAYS_LISTED * 86_400_000;
  for await (const page of files.read(
    path.join(folder, file.path),
    COLUMNS.map(({ name }) => name),
  )) {
    const all = page as readonly Row[];
    const rows = all.filter(([, , , deletedAt]) => Date.parse(deletedAt) >= listedFrom);
    const forgotten = all.filter((row) => !rows.includes(row)).reduce((newest, [, , auditKey]) => Math.max(newest, Number(auditKey)), 0);
    // An erased or expired session comes back only with an older mart.
    const mayBeBack = rows.filter(([, reason]) => isAnew || reason === 'deleted' || reason === 'left out').map(([guid]) => guid);
    const gone = new Set((await queryRows<{ guid: string }>(mart, selectGone(mayBeBack, sinceTs))).map(({ guid }) => guid));
    const back = new Set(mayBeBack.filter((guid) => !gone.has(guid)));
    yield { rows: rows.filter(([guid]) => !back.has(guid)), forgotten };
  }
}

interface Gone {
  readonly guid: string;
  readonly reason: Reason;
}

/** The sessions that the files in place hold and the new ones do not; `unknown` for a file that is not in place. */
async function* findGone(
  { mart, folder, files, before, isAnew, sinceTs, log }: Preparation,
  tables: Readonly<Record<string, ExportedTable>>,
): AsyncGenerator<readonly Gone[] | 'unknown'> {
  if (before === undefined) return;
  const keptFrom = await readFactsKeptFrom(mart);
  const keptFromTs = keptFrom === null ? 0 : toEpochSeconds(keptFrom);
  const older = await queryRows<{ month_ts: number; rows: number; guids: string }>(mart, selectOlderFacts(before.auditKey, sinceTs));
  const isWhole = ({ month, rows, guids }: ExportedFile): boolean =>
    !isAnew && older.some((each) => each.month_ts === toMonthTs(month) && each.rows === rows && each.guids === guids);
  const isUnchanged = ({ month, versions }: ExportedFile): boolean =>
    !isAnew && tables[FACT]!.files.some((file) => file.month === month && file.versions === versions);
  for (const file of before.tables[FACT]?.files ?? []) {
    if (file.rows === 0 || isUnchanged(file) || isWhole(file)) continue;
    if (!isInPlace(folder, file)) {
      tellMissing(log, file, `the sessions that it held and the mart no longer has are not in ${DELETED_SESSIONS}`);
      yield 'unknown';
      continue;
    }
    const isExpired = toMonthTs(file.month) < keptFromTs;
    for await (const page of files.read(path.join(folder, file.path), [GUID])) {
      const gone = await queryRows<Gone>(
        mart,
        selectGone(
          page.map(([guid]) => guid!),
          sinceTs,
        ),
      );
      yield gone.map(({ guid, reason }) => ({ guid, reason: reason === 'deleted' && isExpired ? 'expired' : reason }));
    }
  }
}

const tellMissing = (log: Log, { path: name }: ExportedFile, so: string): void =>
  log(`${name} was changed or removed by somebody else, so ${so}`, { level: 'warning', code: 'export-file-missing' });

const toMonthTs = (month: string | null): number => Date.parse(`${month}-01T00:00:00Z`) / 1000;
