import type { EventEmitter } from 'node:events';
import type pg from 'pg';
import { toPrintableUrl } from '../model/database-url.js';
import { ConfigError } from '../model/errors.js';
import { quoteIdentifier, quoteLiteral } from './quote.js';

/** Where and as whom a statement failed, and what was set there: one code of PostgreSQL has several causes, and this tells which it was. */
export interface Circumstances {
  /** The URL without its password. */
  readonly place: string;
  /** Of a session that was lost: whether its server lets in another one; undefined: it was not lost. */
  readonly answers: boolean | undefined;
  /** What the session itself says; undefined: it is gone, or was not asked. */
  readonly session: SessionFacts | undefined;
}

export interface SessionFacts {
  readonly isStandby: boolean;
  /** Whose rights count. */
  readonly role: string;
  readonly login: string;
  readonly database: string;
  readonly settings: readonly SettingFact[];
}

export interface SettingFact {
  readonly name: string;
  /** With its unit. */
  readonly value: string;
  /** `pg_settings.source`. */
  readonly source: string;
}

/** Settings that an error may be about. */
const NAMES = ['default_transaction_read_only', 'statement_timeout', 'temp_file_limit', 'max_stack_depth'];
/** Settings with which PostgreSQL leaves out what it cannot read, or takes it as it is, without an error. */
const HIDE_DAMAGE = ['zero_damaged_pages', 'ignore_checksum_failure'];

/** A session that has just answered with an error answers this as well, or is not asked. */
const ASK_TIMEOUT_MS = 2_000;

const noted = new WeakMap<Error, Circumstances>();
/** Whose statement an error ended: it may pass by other sessions on its way up. */
const origins = new WeakMap<Error, pg.Client>();

/** Says that an error is about what a session did. */
export const attribute = (error: unknown, client: pg.Client): unknown => error instanceof Error && origins.set(error, client);

/** Whether an error is about what a session did, and not another one that is open beside it. */
export const isErrorOf = (client: pg.Client, error: unknown): boolean => error instanceof Error && origins.get(error) === client;

/** Has each error that a session's server sends, and what ends its connection, known as this session's. */
export function watchErrors(client: pg.Client): void {
  const { connection } = client as unknown as { readonly connection: EventEmitter };
  connection.on('errorMessage', (error: unknown) => attribute(error, client));
  client.on('error', (error) => attribute(error, client));
}

const idbs = new WeakSet<pg.Client>();

/** Says that a session is one of an IDB: its rows, its views and what it reads from elsewhere are others'. */
export const markAsIdb = (client: pg.Client): unknown => idbs.add(client);

/** Whether an error came from an IDB. */
export function isOfIdb(error: unknown): boolean {
  const client = error instanceof Error ? origins.get(error) : undefined;
  return client !== undefined && idbs.has(client);
}

/** What was noted of an error, if anything was. */
export const circumstancesOf = (error: unknown): Circumstances | undefined => (error instanceof Error ? noted.get(error) : undefined);

/**
 * Asks a session that is in no transaction about an error that one of its statements ended with, and keeps that for whoever tells the operator;
 * of other errors nothing. `endLost` ends what is left of a lost session, and tells whether its server answers; undefined: it is not lost.
 */
export async function noteCircumstances(
  client: pg.Client,
  error: unknown,
  { url, endLost }: { readonly url: string; readonly endLost: () => Promise<boolean | undefined> },
): Promise<void> {
  let answers = await endLost();
  // An error without a code says no more than that a session was lost.
  const isOwn = error instanceof Error && (origins.get(error) ?? (answers === undefined ? undefined : client)) === client;
  if (!isOwn || noted.has(error)) return;
  let session: SessionFacts | undefined;
  if (answers === undefined) {
    session = await readSessionFacts(client, NAMES).catch(() => undefined);
    // An error that ends a session comes before its end.
    if (session === undefined) answers = await endLost();
  }
  noted.set(error, { place: toPrintableUrl(url), answers, session });
}

/** Who a session is and where, and what is set for it. */
export async function readSessionFacts(client: pg.Client, names: readonly string[]): Promise<SessionFacts> {
  const query = { text: toSelectFacts(names), query_timeout: ASK_TIMEOUT_MS };
  const results = (await client.query(query)) as unknown as readonly pg.QueryResult<SessionFacts>[];
  return results.at(-1)!.rows[0]!;
}

/** With memory enough to need no file, since a limit of those may be what the error is about. */
const toSelectFacts = (names: readonly string[]): string => `set local work_mem to '4MB';
select
  pg_is_in_recovery() as "isStandby",
  current_user::text as role,
  session_user::text as login,
  current_database()::text as database,
  array(
    select json_build_object('name', name, 'value', current_setting(name), 'source', source)
    from pg_settings
    where name in (${names.map(quoteLiteral).join(', ')})
  ) as settings`;

export const findSetting = ({ settings }: SessionFacts, name: string): SettingFact | undefined =>
  settings.find((setting) => setting.name === name);

/** A setting, its value and for whom it is set, in words. */
export const toSettingText = ({ name, value, source }: SettingFact, session: SessionFacts): string =>
  `${name} = ${value}, set ${toOwner(source, session)}`;

function toOwner(source: string, { login, database }: SessionFacts): string {
  switch (source) {
    case 'user':
      return `for role ${login}`;
    case 'database user':
      return `for role ${login} in database ${database}`;
    case 'database':
      return `for database ${database}`;
    case 'global':
      return 'for all roles';
    case 'client':
      return "by that URL's options, or by PGOPTIONS";
    default:
      return 'for the whole server';
  }
}

/** What to do, as a sentence, so that a setting is no longer what it is. */
export function toResetText({ name, source }: SettingFact, { login, database }: SessionFacts, value: string): string {
  const type = (statement: string): string => `To undo that, run there: ${statement}`;
  switch (source) {
    case 'user':
      return type(`alter role ${quoteIdentifier(login)} reset ${name};`);
    case 'database user':
      return type(`alter role ${quoteIdentifier(login)} in database ${quoteIdentifier(database)} reset ${name};`);
    case 'database':
      return type(`alter database ${quoteIdentifier(database)} reset ${name};`);
    case 'global':
      return type(`alter role all reset ${name};`);
    case 'client':
      return `To undo that, remove ${name} from the URL's options, or from PGOPTIONS.`;
    case 'command line':
      return `To undo that, remove ${name} from the command that starts the server.`;
    default:
      return type(`alter system set ${name} to ${value}; select pg_reload_conf();`);
  }
}

/** Throws ConfigError if PostgreSQL hides from a session that data are damaged: what it shows is not all there is. */
export async function refuseHiddenDamage(client: pg.Client, url: string): Promise<void> {
  const session = await readSessionFacts(client, HIDE_DAMAGE);
  const setting = session.settings.find(({ value }) => value === 'on');
  if (setting === undefined) return;
  throw new ConfigError('damage-hidden', `${toPrintableUrl(url)} hides damaged data: ${toSettingText(setting, session)}`, {
    state: 'nothing-read',
    next: toResetText(setting, session, 'off'),
  });
}

/** Whether `refuseHiddenDamage` has something to say, as an expression. */
export const HIDES_DAMAGE = HIDE_DAMAGE.map((name) => `current_setting('${name}')::boolean`).join(' or ');
