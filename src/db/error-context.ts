import type { EventEmitter } from 'node:events';
import type pg from 'pg';
import { toPrintableUrl } from '../model/database-url.js';
import { ConfigError } from '../model/errors.js';
import { quoteIdentifier, quoteLiteral } from './quote.js';

/** Where and as whom a statement failed, and the settings there. One PostgreSQL code can have several causes; this tells them apart. */
export interface ErrorContext {
  /** The URL without its password. */
  readonly place: string;
  /** For a lost session: whether its server accepts another one. Undefined: it was not lost. */
  readonly answers: boolean | undefined;
  /** The session's own facts; undefined if it is gone or was not asked. */
  readonly session: SessionFacts | undefined;
}

export interface SessionFacts {
  readonly isStandby: boolean;
  /** The role whose privileges apply. */
  readonly role: string;
  readonly login: string;
  readonly database: string;
  readonly settings: readonly SettingFact[];
}

export interface SettingFact {
  readonly name: string;
  /** Including its unit. */
  readonly value: string;
  /** `pg_settings.source`. */
  readonly source: string;
}

/** Settings that can cause an error. */
const NAMES = ['default_transaction_read_only', 'statement_timeout', 'temp_file_limit', 'max_stack_depth'];
/** Settings that make PostgreSQL skip, or accept, damaged data without an error. */
const HIDE_DAMAGE = ['zero_damaged_pages', 'ignore_checksum_failure'];

/** Generous: a session that has just returned an error also answers this. */
const ASK_TIMEOUT_MS = 2_000;

const noted = new WeakMap<Error, ErrorContext>();
/** The session in which an error occurred; an error may pass through other sessions on its way up. */
const origins = new WeakMap<Error, pg.Client>();

/** Records the session in which an error occurred. */
export function attribute(error: unknown, client: pg.Client): void {
  if (!(error instanceof Error)) return;
  origins.set(error, client);
  const mask = idbs.get(client);
  if (mask !== undefined) maskError(error, mask);
}

/** What a server's error quotes from. */
const QUOTING = ['message', 'stack', 'detail', 'hint', 'where', 'internalQuery'] as const;

function maskError(error: Error, mask: (text: string) => string): void {
  const said = error as Partial<Record<(typeof QUOTING)[number], string>>;
  for (const field of QUOTING) if (typeof said[field] === 'string') said[field] = mask(said[field]);
}

/** Whether an error occurred in this session, not in another open one. */
export const isErrorOf = (client: pg.Client, error: unknown): boolean => error instanceof Error && origins.get(error) === client;

/** Attributes to a session each error that its server sends, and whatever ends its connection. */
export function watchErrors(client: pg.Client): void {
  const { connection } = client as unknown as { readonly connection: EventEmitter };
  connection.on('errorMessage', (error: unknown) => attribute(error, client));
  client.on('error', (error) => attribute(error, client));
}

const idbs = new WeakMap<pg.Client, ((text: string) => string) | undefined>();

/**
 * Marks a session as an IDB's: its rows, views and foreign tables are not ours. What its server says is masked from now on, because errors quote
 * values, for example those that a view cannot cast; undefined: nothing is sensitive.
 */
export const markAsIdb = (client: pg.Client, mask: ((text: string) => string) | undefined): unknown => idbs.set(client, mask);

/** Whether an error came from an IDB. */
export function isOfIdb(error: unknown): boolean {
  const client = error instanceof Error ? origins.get(error) : undefined;
  return client !== undefined && idbs.has(client);
}

/** The context recorded for an error, if any. */
export const errorContextOf = (error: unknown): ErrorContext | undefined => (error instanceof Error ? noted.get(error) : undefined);

/**
 * Records the context of an error in a session that is outside a transaction, for the message to the operator. Ignores errors of
 * other sessions. `endLost` ends the rest of a lost session and returns whether its server answers; undefined if it is not lost.
 */
export async function recordErrorContext(
  client: pg.Client,
  error: unknown,
  { url, endLost }: { readonly url: string; readonly endLost: () => Promise<boolean | undefined> },
): Promise<void> {
  let answers = await endLost();
  // An unattributed error counts as this session's only if the session was lost.
  const isOwn = error instanceof Error && (origins.get(error) ?? (answers === undefined ? undefined : client)) === client;
  if (!isOwn || noted.has(error)) return;
  let session: SessionFacts | undefined;
  if (answers === undefined) {
    session = await readSessionFacts(client, NAMES).catch(() => undefined);
    // An error that ends a session arrives before its end.
    if (session === undefined) answers = await endLost();
  }
  noted.set(error, { place: toPrintableUrl(url), answers, session });
}

/** Identity, location and settings of a session. */
export async function readSessionFacts(client: pg.Client, names: readonly string[]): Promise<SessionFacts> {
  const query = { text: toSelectFacts(names), query_timeout: ASK_TIMEOUT_MS };
  const results = (await client.query(query)) as unknown as readonly pg.QueryResult<SessionFacts>[];
  return results.at(-1)!.rows[0]!;
}

/** Sets enough memory to avoid temporary files: their limit may be the cause of the error. */
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

/** Describes a setting, its value and who it is set for. */
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

/** A sentence on how to change a setting back. */
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

/** Throws `ConfigError` if a session's settings make PostgreSQL hide damaged data: results would be incomplete. */
export async function refuseHiddenDamage(client: pg.Client, url: string): Promise<void> {
  const session = await readSessionFacts(client, HIDE_DAMAGE);
  const setting = session.settings.find(({ value }) => value === 'on');
  if (setting === undefined) return;
  throw new ConfigError('damage-hidden', `${toPrintableUrl(url)} hides damaged data: ${toSettingText(setting, session)}`, {
    state: 'nothing-read',
    next: toResetText(setting, session, 'off'),
  });
}

/** SQL expression: whether `refuseHiddenDamage` would throw. */
export const HIDES_DAMAGE = HIDE_DAMAGE.map((name) => `current_setting('${name}')::boolean`).join(' or ');
