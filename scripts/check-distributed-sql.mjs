// Finds statements that Citus refuses on a distributed mart, without a cluster: by rules over their parsed SQL (distributed-sql/).
//
//   node scripts/check-distributed-sql.mjs FILE...     of files of SQL
//
// Each run of vitest checks what our code has sent (test/support/summary-reporter.ts).
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { loadModule, parseSync } from 'libpg-query';
import { addView, readCatalogue } from './distributed-sql/catalogue.mjs';
import { DDL_RULES } from './distributed-sql/ddl-rules.mjs';
import { kindOfTable } from './distributed-sql/distribution.mjs';
import { RULES } from './distributed-sql/rules.mjs';
import { toShape } from './distributed-sql/shape.mjs';
import { allScopes, toScope } from './distributed-sql/scopes.mjs';

const root = path.resolve(import.meta.dirname, '..');
/** People type these. */
const TYPED = 'src/commands/sql/query-mart.ts';
/** The first migration that may meet a distributed mart. */
const FIRST_MIGRATION = '030';

await loadModule();
const catalogue = readCatalogue(path.join(root, 'test', 'schema.sql'));
const DISTRIBUTED_NAMES = new RegExp(
  `date_time_|\\b(${[...catalogue.columns.keys()].filter((name) => kindOfTable(name) !== 'local' || catalogue.views.has(name)).join('|')})`,
);

/** The rules that a parsed statement breaks, by name. */
export function brokenRules(statement) {
  const query = statement.CopyStmt?.query ?? statement.DeclareCursorStmt?.query ?? statement.CreateTableAsStmt?.query;
  const judged = query ?? statement;
  if (!/^(Select|Insert|Update|Delete|Merge)Stmt$/.test(Object.keys(judged)[0])) return DDL_RULES.filter((rule) => rule.breaks(statement));
  // Citus tries a WITH inlined and, if that is refused, read beforehand.
  const inlined = brokenIn(judged, true);
  const readBefore = inlined.length === 0 ? [] : brokenIn(judged, false);
  return readBefore.length === 0 ? [] : RULES.filter((rule) => inlined.includes(rule) || readBefore.includes(rule));
}

function brokenIn(statement, inlines) {
  const scopes = allScopes(toScope(statement, { catalogue, inlines }, undefined, 'top'));
  return RULES.filter((rule) => scopes.some((scope) => rule.breaks(scope)));
}

/** Whether a text names anything of which a part is not on the coordinator: most name none, and parsing takes time. */
function mayBeDistributed(text) {
  return DISTRIBUTED_NAMES.test(text);
}

/** What a text breaks, statement by statement. Texts that are not SQL to this parser are ours to fix elsewhere. */
export function judge({ text, file, function: name }) {
  if (!mayBeDistributed(text)) return [];
  const bytes = Buffer.from(text);
  return parse(text).flatMap(({ stmt, stmt_location: start = 0, stmt_len: length }) => {
    if (file === TYPED) return [];
    const statement = bytes
      .subarray(start, length === undefined ? undefined : start + length)
      .toString()
      .trim();
    return brokenRules(stmt).map((rule) => ({ rule, statement, file, function: name }));
  });
}

function parse(text) {
  try {
    return parseSync(text).stmts ?? [];
  } catch {
    return [];
  }
}

/** Judges what was recorded in a folder (test/support/statement-recorder.mjs), and the migrations. One finding a rule and sender. */
export async function judgeRecorded(folder, known = []) {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.ndjson')) : [];
  const lines = files.flatMap((name) =>
    readFileSync(path.join(folder, name), 'utf8')
      .split('\n')
      .filter((line) => line !== ''),
  );
  const records = new Map(
    lines.map((line) => JSON.parse(line)).map((record) => [`${record.file} ${record.function} ${toShape(record.text)}`, record]),
  );
  for (const { text } of records.values())
    if (/create (or replace )?view/i.test(text))
      for (const { stmt } of parse(text)) if (stmt.ViewStmt !== undefined) addView(catalogue, stmt.ViewStmt);
  const found = new Map();
  for (const record of [...records.values(), ...migrations()]) {
    for (const finding of judge(record)) found.set(`${finding.rule.name} ${finding.file} ${finding.function}`, finding);
    await setImmediate(); // vitest ends its workers meanwhile, and must notice that they end
  }
  return [...found.values()].filter(
    ({ rule, file, function: name }) => !known.some((each) => each.rule === rule.name && each.file === file && each.function === name),
  );
}

function migrations() {
  const names = readdirSync(path.join(root, 'migrations')).filter((name) => /^\d{3}.*\.sql$/.test(name) && name >= FIRST_MIGRATION);
  return names.map((name) => ({ text: readFileSync(path.join(root, 'migrations', name), 'utf8'), file: `migrations/${name}` }));
}

/** For people. */
export const toText = ({ rule, statement, file, function: name }) =>
  [
    `${file}${name === undefined ? '' : `, ${name}`}: ${rule.name}`,
    `  Citus says: ${rule.says}`,
    `  ${rule.why} ${rule.instead}`,
    ...statement
      .split('\n')
      .slice(0, 12)
      .map((line) => `    ${line.slice(0, 160)}`),
  ].join('\n');

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const found = process.argv.slice(2).flatMap((file) => judge({ text: readFileSync(file, 'utf8'), file }));
  for (const finding of found) console.error(toText(finding));
  console.log(`check-distributed-sql: ${found.length} statements that Citus refuses`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
