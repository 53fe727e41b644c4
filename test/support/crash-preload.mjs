// Loaded into a program before it starts (`node --import`): ends the process with SIGKILL at one of the statements that it sends, or writes
// them down. A statement is told by its text, without its values, and by how often it came before: the order of two sessions is no matter.
//   CRASH_RECORD  file that gets a line a statement
//   CRASH_AT      the statement, as CRASH_RECORD has it
//   CRASH_WHEN    `before` it is sent, or `sent`: the server has it, and nobody waits for the answer
import { appendFileSync } from 'node:fs';
import pg from 'pg';

const { CRASH_RECORD, CRASH_AT, CRASH_WHEN } = process.env;
const counts = new Map();

const toStatement = (text) => {
  const withoutValues = text
    .replace(/'[^']*'/g, "''")
    .replace(/\d+/g, '0')
    .replace(/\s+/g, ' ')
    .trim();
  const count = (counts.get(withoutValues) ?? 0) + 1;
  counts.set(withoutValues, count);
  return `${count} ${withoutValues}`;
};

const end = () => process.kill(process.pid, 'SIGKILL');

const { query } = pg.Client.prototype;
pg.Client.prototype.query = function (statement, ...rest) {
  const name = toStatement(typeof statement === 'string' ? statement : statement.text);
  if (CRASH_RECORD !== undefined) appendFileSync(CRASH_RECORD, `${name}\n`);
  if (name === CRASH_AT && CRASH_WHEN === 'before') end();
  const result = query.call(this, statement, ...rest);
  if (name === CRASH_AT && CRASH_WHEN === 'sent') end();
  return result;
};
