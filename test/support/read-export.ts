import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import type { Manifest } from '../../src/commands/export/manifest.js';
import { query } from './databases.js';

/** Rows of a table as texts, in an order of their own: column=value, without NULL. */
export type TableTexts = Readonly<Record<string, readonly string[]>>;

export const manifestOf = (folder: string): Manifest => JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as Manifest;

/** The files of an export by path, with their hashes: all that a lake would take for data. */
export function dataFiles(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(parquet|csv)$/.test(name));
  return hashesOf(folder, names.sort());
}

/** Hashes of some files of a folder by their names. */
export const hashesOf = (folder: string, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, hashOf(path.join(folder, name))]));

const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

/** The files that a manifest names, as it says. */
export const promisedFiles = ({ tables }: Manifest): Record<string, string> =>
  Object.fromEntries(
    Object.values(tables)
      .flatMap(({ files }) => files.map(({ path: name, sha256 }) => [name, sha256] as const))
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );

/** All rows of an export. A file must hold as many as the manifest says, and only rows of its month. */
export async function readExport(folder: string): Promise<TableTexts> {
  const tables: Record<string, string[]> = {};
  for (const [name, { files }] of Object.entries(manifestOf(folder).tables)) {
    const rows = (tables[name] = [] as string[]);
    for (const { path: place, rows: promised, month } of files) {
      const read = await readRows(path.join(folder, place), manifestOf(folder).format);
      if (read.length !== promised) throw new Error(`${place} has ${read.length} rows, not ${promised}`);
      for (const row of read) {
        const start = row['started_at'] ?? row['period_start'];
        if (month !== null && start !== undefined && start?.slice(0, 7) !== month) throw new Error(`${place} has a row of ${start}`);
        rows.push(toText(row));
      }
    }
    rows.sort();
  }
  return tables;
}

type Row = Record<string, string | null>;

export async function readRows(file: string, format = path.extname(file).slice(1)): Promise<Row[]> {
  if (format === 'csv') {
    const rows = parse(readFileSync(file), { columns: true, cast: (value, { quoting }) => (value === '' && !quoting ? null : value) });
    return (rows as Row[]).map((row) => mapValues(row, (value) => value?.replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z$/, '$1') ?? null));
  }
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
  return rows.map((row) =>
    mapValues(row, (value, name) =>
      value === null
        ? null
        : value instanceof Date
          ? value.toISOString().slice(0, name.endsWith('_date') ? 10 : 19)
          : `${value as string | number | bigint}`,
    ),
  );
}

const mapValues = <From>(row: Readonly<Record<string, From>>, map: (value: From, name: string) => string | null): Row =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, map(value, name)]));

const toText = (row: Row): string =>
  Object.entries(row)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(' ');

/** The same rows as the mart has them now. */
export async function readMartTables(martUrl: string, names: readonly string[]): Promise<TableTexts> {
  const tables: Record<string, string[]> = {};
  for (const name of names) {
    const added =
      name === 'chat_session_fact'
        ? ", to_timestamp(start_ts) at time zone 'UTC' as started_at, to_timestamp(nullif(end_ts, 0)) at time zone 'UTC' as ended_at"
        : name.startsWith('ag2_')
          ? ", to_timestamp(date_time_key) at time zone 'UTC' as period_start"
          : '';
    const rows = await query<{ row: Record<string, unknown> }>(
      martUrl,
      `select to_jsonb(this) as row from (select *${added} from infomart."${name}") as this`,
    );
    tables[name] = rows
      .map(({ row }) =>
        toText(
          mapValues(row, (value) => (value === null ? null : `${value as string | number}`.replace(/^(....-..-..T..:..:..)\.000$/, '$1'))),
        ),
      )
      .sort();
  }
  return tables;
}
