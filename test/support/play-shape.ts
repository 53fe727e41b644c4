import { withConnection } from '../../src/db/connection.js';
import { checkIdbSessions } from '../../src/commands/status/data-checks/check-idb-sessions.js';
import { writeSimulatedSessions } from '../../src/commands/simulate/simulate.js';
import { readKvpMap } from '../../src/spec/kvp-map.js';
import { query, testClock } from './databases.js';
import type { Urls } from './histories.js';
import { makeShape, type IdbShape } from './idb-shapes.js';
import { readFacts, readOpenDiscards, type Row } from './mart-content.js';
import { countsOf, reconcileAll } from './reconciliation.js';
import { run } from './jobs.js';

/** Writes the rows of 200 sessions of all kinds, and of some whose ids or keys differ only in case, into `template.user_rows`. */
export async function writeTemplate(idbUrl: string): Promise<void> {
  await writeSimulatedSessions({
    idbUrl,
    idbSchema: 'public',
    sessions: 200,
    seed: 12,
    statistics: 'mixed',
    timeForm: 'mixed',
    updates: true,
    corrections: true,
    from: new Date('2026-03-02T06:00:00Z'),
    to: new Date('2026-03-03T18:00:00Z'),
    until: testClock(),
    log: () => undefined,
  });
  await query(
    idbUrl,
    `create schema template;
     create table template.user_rows as
     with known as (
       select id, callid, keyname, value, changetype, added_ts from g_userdata_history
       union all
       select id, lower(callid), keyname, upper(value), changetype, added_ts from g_userdata_history where callid ~ '7$'
       union all
       select id, callid, upper(keyname), '4711', changetype, added_ts from g_userdata_history where callid ~ '3$' and keyname ~ '^csg_'
     )
     select row_number() over (order by id, callid, keyname) as id, callid, keyname, value, changetype, added_ts, 0 as step from known;
     update template.user_rows set step = 1 where id > (select max(id) * 0.6 from template.user_rows);
     drop table g_userdata_history`,
  );
}

/** What a mart holds after two runs over a shape, and what is found of facts that are then lost. */
export interface Outcome {
  readonly facts: ReadonlyMap<string, Row>;
  readonly discards: readonly Row[];
  /** How many lost facts `status --check` misses, or why it cannot tell. */
  readonly missed: number | string;
  readonly reconciled: ReturnType<typeof countsOf>;
  /** The facts after `reconcile`. */
  readonly repaired: ReadonlyMap<string, Row>;
}

/** The location of the shape's rows, for jobs. */
export const toSource = (urls: Urls, shape: IdbShape, schema: string) => ({
  ...urls,
  martSchema: 'infomart',
  idbSchema: shape.idbSchema?.(schema) ?? schema,
  idbTable: shape.idbTable,
});

/** Creates a shape without rows. Returns a function that writes one half of them. */
export async function createShape(idbUrl: string, shape: IdbShape, schema: string): Promise<(step: number) => Promise<unknown>> {
  const { username, password } = new URL(idbUrl);
  const { make, write } = makeShape(shape, schema);
  await query(idbUrl, make.replaceAll('<user>', decodeURIComponent(username)).replaceAll('<password>', decodeURIComponent(password)));
  return (step) => query(idbUrl, write(step));
}

/** Loads a shape in two runs, the second adding rows to half of the sessions; then loses some facts and has them found and repaired. */
export async function playShape(urls: Urls, shape: IdbShape, schema: string): Promise<Outcome> {
  const write = await createShape(urls.idbUrl, shape, schema);
  return playSource(urls, toSource(urls, shape, schema), write);
}

/** The same for an existing source. */
export async function playSource(
  urls: Urls,
  source: ReturnType<typeof toSource>,
  write: (step: number) => Promise<unknown>,
): Promise<Outcome> {
  await emptyMart(urls.martUrl);
  for (const step of [0, 1]) {
    await write(step);
    await run({ ...source, clock: () => new Date(testClock().getTime() + step * 3_600_000), settleMs: 0 });
  }
  const facts = await readFactMap(urls.martUrl);
  const discards = await readOpenDiscards(urls.martUrl);
  await query(urls.martUrl, `delete from infomart.chat_session_fact where abs(hashtext(media_server_ixn_guid)) % 5 = 0`);
  const { breaches, skipped } = await withConnection({ url: urls.martUrl, applicationName: 'test', schema: 'infomart' }, (mart) =>
    checkIdbSessions(mart, {
      source: { name: 'idb', url: urls.idbUrl, idbSchema: source.idbSchema, idbTable: source.idbTable },
      map: readKvpMap(),
      now: testClock(),
    }),
  );
  const reconciled = countsOf(await reconcileAll(urls, source));
  return { facts, discards, missed: skipped ?? breaches, reconciled, repaired: await readFactMap(urls.martUrl) };
}

const readFactMap = async (martUrl: string): Promise<ReadonlyMap<string, Row>> =>
  new Map((await readFacts(martUrl)).map((fact) => [String(fact['media_server_ixn_guid']), fact]));

const filled = new Map<string, Promise<string>>();

/** Empties the tables of a mart that were empty when the mart was first seen. */
export async function emptyMart(martUrl: string): Promise<void> {
  if (!filled.has(martUrl)) filled.set(martUrl, toTruncate(martUrl));
  await query(martUrl, await filled.get(martUrl)!);
}

async function toTruncate(martUrl: string): Promise<string> {
  const tables = await query<{ name: string; is_empty: boolean }>(
    martUrl,
    `select format('infomart.%I', relname) as name, query_to_xml(format('select from infomart.%I limit 1', relname), false, false, '')::text !~ '<row' as is_empty
     from pg_class where relnamespace = 'infomart'::regnamespace and relkind = 'r'`,
  );
  return `truncate ${tables
    .filter(({ is_empty: isEmpty }) => isEmpty)
    .map(({ name }) => name)
    .join(', ')}`;
}
