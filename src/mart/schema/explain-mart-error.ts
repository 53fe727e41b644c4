import { ChatmartError, ConfigError, UnavailableError } from '../../model/errors.js';
import { queryRow, type Connection } from '../../db/connection.js';
import type { Addition, AdditionKind } from './mart-addition.js';
import { findAdditions } from './mart-additions.js';
import { selectSilentAdditions } from './mart-additions.sql.js';
import { toOperatorError } from '../../db/operator-error.js';
import { findSequencesBehind } from './mart-sequences.js';
import { isRowsHidden, isUnavailable, POSTGRES_CODE, postgresCode } from '../../db/postgres-errors.js';

/** The fields of a PostgreSQL error besides its message, which is in the server's language. */
interface ErrorFields {
  readonly message: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  /** The functions that were running, innermost first. */
  readonly where?: string;
}

/** Possible causes of an error, by its code. */
const CAUSES: readonly (readonly [codes: RegExp, kinds: readonly AdditionKind[]])[] = [
  // Not null, and values that do not fit a type: this program sends only what fits its own columns.
  [/^(23502|22...)$/, ['column']],
  [/^(23...|44000)$/, ['constraint', 'reference', 'index']],
  // Something is missing, or is of another kind or type.
  [/^(3F000|42P01|42703|42883|42804|42846|42809|42P16|428C9|42P10)$/, ['relation', 'column', 'index', 'rule']],
  [/^(55000|42P10)$/, ['publication', 'relation']],
  [/^0A000$/, ['rule', 'relation', 'storage', 'inheritance', 'publication']],
  [/^2BP01$/, ['relation']],
];

/**
 * If an error in a session on a mart was caused by something that was added to the mart or changed in it, returns an error that says so.
 * Returns other errors unchanged. The session must be in no transaction, or in one that has not failed.
 */
export async function explainMartError(mart: Connection, error: unknown): Promise<unknown> {
  if (error instanceof ChatmartError || postgresCode(error) === undefined || toOperatorError(error) instanceof UnavailableError)
    return error;
  const causes = await findCauses(mart, error as Error & ErrorFields).catch((failure: unknown) => {
    // A lost session, or one without the rights to look, adds nothing.
    if (postgresCode(failure) === undefined && !isUnavailable(failure)) throw failure;
    return [];
  });
  return causes.length === 0 ? error : toAlteredError(causes, error as Error);
}

/** Throws `ConfigError` if a rule or an inheriting table makes statements write to, or read from, another place without an error. */
export async function requireUnaltered(mart: Connection): Promise<void> {
  const { found } = await queryRow<{ found: boolean }>(mart, selectSilentAdditions);
  if (!found) return;
  const silent = (await findAdditions(mart)).filter(
    ({ kind, severity }) => severity === 'problem' && (kind === 'rule' || kind === 'inheritance'),
  );
  if (silent.length > 0) throw toAlteredError(silent);
}

/** Throws `ConfigError` if a sequence of the mart would draw numbers that its table already holds. */
export async function requireSequencesAhead(mart: Connection): Promise<void> {
  const behind = await findSequencesBehind(mart);
  if (behind.length > 0) throw toAlteredError(behind);
}

async function findCauses(mart: Connection, error: Error & ErrorFields): Promise<readonly Addition[]> {
  const code = postgresCode(error)!;
  const additions = await findAdditions(mart);
  // A function that was running is not ours: jobs call none of the mart's. Its error may be any.
  const called = additions.filter(({ calls }) => calls !== undefined && error.where?.includes(calls) === true);
  if (called.length > 0) return called;
  if (isRowsHidden(error)) return additions.filter(({ kind }) => kind === 'row-security');
  if (code === POSTGRES_CODE.uniqueViolation) {
    const behind = await findSequencesBehind(mart);
    if (behind.length > 0) return behind;
  }
  const kinds = CAUSES.filter(([codes]) => codes.test(code)).flatMap(([, some]) => some);
  const possible = additions.filter(({ kind, severity }) => kinds.includes(kind) && severity !== 'note');
  const named = possible.filter(({ name }) => name !== undefined && (name === error.constraint || name === error.column));
  if (named.length > 0) return named;
  const ofTable = possible.filter(({ table }) => table === error.table);
  return ofTable.length > 0 ? ofTable : possible;
}

const MOST_NAMED = 3;

/** `error`: the error that aborted the transaction, with PostgreSQL's message. */
function toAlteredError(causes: readonly Addition[], error?: Error): ConfigError {
  const found = causes.slice(0, MOST_NAMED).map((cause) => cause.found);
  const others = causes.length > MOST_NAMED ? `; and ${causes.length - MOST_NAMED} more` : '';
  const said = error === undefined ? '' : ` (PostgreSQL: ${error.message})`;
  const state = error === undefined ? 'nothing-changed' : 'rolled-back';
  const message = `${toSentence(found.join('; '))}${others}${said}`;
  const advice = { cause: error, state, next: toNext(causes[0]!), again: 'then' } as const;
  return causes[0]!.kind === 'row-security'
    ? new ConfigError('rows-hidden', message, advice)
    : new ConfigError('mart-altered', message, advice);
}

/** What to do about an addition, as a sentence. */
export const toNext = ({ next }: Pick<Addition, 'next'>): string => toSentence(next.endsWith(';') ? next : `${next}.`);

const toSentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
