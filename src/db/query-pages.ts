import pg from 'pg';
import { ConfigError } from '../model/errors.js';
import type { Connection } from './connection.js';

/** Rows of a result, each value as PostgreSQL writes it. */
export interface ResultPage {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface ResultColumn {
  readonly name: string;
  readonly kind: 'number' | 'boolean' | 'json' | 'text';
}

const PAGE_ROWS = 1_000;
/** Target size of a page in characters: rows may be of any width. */
const PAGE_CHARACTERS = 4_000_000;
/** Maximum growth from page to page: the rows of a page may be short by chance. */
const MOST_GROWTH = 8;

const { BOOL, INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC, OID, JSON, JSONB } = pg.types.builtins;
const KINDS = new Map<number, ResultColumn['kind']>([
  [BOOL, 'boolean'],
  ...[INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC, OID].map((type) => [type, 'number'] as const),
  ...[JSON, JSONB].map((type) => [type, 'json'] as const),
]);

/**
 * The rows of one statement in a transaction, with at most one page in memory: 1,000 rows, or fewer if they are wide. The server rejects
 * several statements in one text: they could end a read-only transaction.
 */
export async function* queryPages(connection: Connection, text: string): AsyncGenerator<ResultPage> {
  const statement = text.trim().replace(/(;\s*)+$/, '');
  // SHOW and EXPLAIN return few rows and cannot use a cursor.
  if (!/^\s*(select|with|values|table|\()/i.test(withoutComments(statement))) {
    if (!/^(show|explain)\b/i.test(withoutComments(statement)))
      throw new ConfigError('not-a-query', `"${statement.slice(0, 60)}" is not a query`, {
        state: 'nothing-done',
        next: 'Only select, with, values, table, show and explain are allowed.',
      });
    yield await query(connection, statement);
    return;
  }
  await connection.query('set local cursor_tuple_fraction to 1'); // plan for all rows, like the statement without a cursor
  try {
    await query(connection, `${DECLARE}${statement}`);
  } catch (error) {
    throw movePosition(error, DECLARE.length);
  }
  for (let rows = 1; ;) {
    const page = await query(connection, `fetch ${rows} from chatmart_pages`);
    yield page;
    if (page.rows.length < rows) return;
    rows = nextPageRows(page);
  }
}

function nextPageRows({ rows }: ResultPage): number {
  const characters = rows.reduce((sum, row) => row.reduce((inRow, value) => inRow + (value?.length ?? 0), sum), 0);
  const wanted = Math.min((rows.length * PAGE_CHARACTERS) / Math.max(characters, 1), rows.length * MOST_GROWTH, PAGE_ROWS);
  return Math.max(1, Math.floor(wanted));
}

const DECLARE = 'declare chatmart_pages no scroll cursor for ';

const withoutComments = (text: string): string => text.replace(/^(\s|--[^\n]*(\n|$)|\/\*[\s\S]*?\*\/)+/, '');

async function query(connection: Connection, text: string): Promise<ResultPage> {
  // The extended protocol accepts only one statement; the simple one accepts any number.
  const config = { text, queryMode: 'extended', rowMode: 'array', types: { getTypeParser: () => (value: string) => value } } as const;
  const { fields, rows } = await connection.query<(string | null)[]>(config);
  return { columns: fields.map(({ name, dataTypeID }) => ({ name, kind: KINDS.get(dataTypeID) ?? 'text' })), rows };
}

/** PostgreSQL counts positions from the start of the text sent, the user from the start of the text typed. */
function movePosition(error: unknown, by: number): unknown {
  if (error instanceof pg.DatabaseError && error.position !== undefined) error.position = String(Number(error.position) - by);
  return error;
}
