import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { withConnection } from '../../src/db/connection.js';
import { quoteIdentifier, quoteLiteral } from '../../src/db/quote.js';
import { debianPgBin } from './further-server.js';

/** Variables passed to psql with --set. */
export type Variables = Readonly<Record<string, string>>;

/** The psql of this machine, if any. */
export function findPsql(): string | undefined {
  const psql = `${debianPgBin()}/psql`;
  return existsSync(psql) ? psql : undefined;
}

/** Runs a script with psql itself. */
export function runWithPsql(psql: string, url: string, file: string, variables: Variables): void {
  const { username, password, hostname, port, pathname } = new URL(url);
  const args = ['-X', '-q', '-h', hostname, '-p', port, '-U', username, '-d', pathname.slice(1), '-f', file];
  const settings = Object.entries(variables).map(([name, value]) => `--set=${name}=${value}`);
  const answer = spawnSync(psql, [...args, ...settings], { env: { PGPASSWORD: password, PATH: process.env['PATH'] }, encoding: 'utf8' });
  if (answer.status !== 0) throw new Error(`psql failed: ${answer.error?.message ?? answer.stderr}`);
}

/** Runs a script as psql would where it is missing, with the subset of its language that deploy/ uses. Returns the server's notices. */
export async function runLikePsql(url: string, file: string, variables: Variables): Promise<string[]> {
  const notices: string[] = [];
  const values: Record<string, string> = { DBNAME: new URL(url).pathname.slice(1), ...variables };
  const replace = (text: string): string =>
    text
      .replace(/:"(\w+)"/g, (_, name: string) => quoteIdentifier(values[name]!))
      .replace(/:'(\w+)'/g, (_, name: string) => quoteLiteral(values[name]!));
  await withConnection({ url, applicationName: 'psql' }, async (connection) => {
    connection.on('notice', ({ message }) => notices.push(message ?? ''));
    await connection.query('set client_min_messages to notice');
    let statement = '';
    let skipping = false;
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const [command, first, second] = line.trim().split(/\s+/);
      if (command === '\\if') skipping = !Object.hasOwn(values, /^:\{\?(\w+)\}$/.exec(first!)![1]!);
      else if (command === '\\else') skipping = !skipping;
      else if (command === '\\endif') skipping = false;
      else if (skipping || line.startsWith('--')) continue;
      else if (command === '\\set') values[first!] = second!;
      else if (command === '\\gexec') {
        const { rows } = await connection.query<string[]>({ text: replace(statement), rowMode: 'array' });
        for (const text of rows.flat()) await connection.query(text);
        statement = '';
      } else if (command!.startsWith('\\')) throw new Error(`${file}: ${line} is not understood here`);
      else statement += `${line}\n`;
      if (!statement.trimEnd().endsWith(';')) continue;
      await connection.query(replace(statement));
      statement = '';
    }
  });
  return notices;
}
