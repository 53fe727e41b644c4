import { readFileSync } from 'node:fs';
import { parseSync } from 'libpg-query';

/** The columns of a mart's tables and the definitions of its views, as test/schema.sql shows them. */
export function readCatalogue(file) {
  const columns = new Map();
  const views = new Map();
  const text = readFileSync(file, 'utf8');
  for (const [, kind, name, body, query] of text.matchAll(/^create (view|table) (\w+) \(\n([\s\S]*?)\n\)(?: as\n([\s\S]*?;)$)?/gm)) {
    columns.set(name, new Set([...body.matchAll(/^ {2}"?(\w+)"? (?!foreign|primary)/gim)].map(([, column]) => column)));
    if (kind === 'view') views.set(name, parseSync(query).stmts[0].stmt.SelectStmt);
  }
  return { columns, views };
}

/**
 * Takes the definition of a view from the statement that creates it: test/schema.sql has it without the names of tables, and not those of
 * calendars and people. Left out: those of tenants, which have the names of what they read.
 */
export function addView({ columns, views }, { view, query }) {
  const isTable = columns.has(view.relname) && !views.has(view.relname);
  if (!isTable && !JSON.stringify(query).includes(`"relname":"${view.relname}"`)) views.set(view.relname, query.SelectStmt);
}
