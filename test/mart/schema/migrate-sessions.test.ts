import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { emptyDatabase, query } from '../../support/databases.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { migrateMart } from '../../support/jobs.js';

test('migrate reads the password from the file that its URL names, and the driver has nothing to say about that', async () => {
  const martUrl = await emptyDatabase();
  const without = new URL(martUrl);
  const file = path.join(temporaryFolder(), 'passwords');
  writeFileSync(file, `*:*:*:${without.username}:${decodeURIComponent(without.password)}\n`, { mode: 0o600 });
  without.password = '';
  const warnings: string[] = [];
  const listen = ({ message }: Error): number => warnings.push(message);
  process.on('warning', listen);
  try {
    await migrateMart({ martUrl: `${without.href}?passfile=${file}`, martSchema: 'infomart' });
  } finally {
    process.off('warning', listen);
  }
  expect(warnings).toEqual([]);
});

test('the sessions that create tables have the limits of all others', async () => {
  const martUrl = await emptyDatabase();
  await query(
    martUrl,
    `do $$ begin
       execute format('alter database %I set statement_timeout to ''1h''', current_database());
       execute format('alter database %I set default_transaction_isolation to serializable', current_database());
     end $$;
     create table public.seen (name text, value text);
     create function public.look() returns event_trigger language plpgsql as $$
     begin
       insert into public.seen
       select name, current_setting(name)
       from unnest(array[
         'statement_timeout', 'idle_in_transaction_session_timeout', 'TimeZone', 'jit', 'tcp_keepalives_idle', 'transaction_isolation'
       ]) as name;
     end $$;
     create event trigger look on ddl_command_end when tag in ('CREATE TABLE', 'CREATE INDEX') execute function public.look()`,
  );
  await migrateMart({ martUrl, martSchema: 'infomart' });
  expect(await query(martUrl, 'select distinct name, value from public.seen order by name')).toEqual([
    { name: 'TimeZone', value: 'UTC' },
    { name: 'idle_in_transaction_session_timeout', value: '1h' },
    { name: 'jit', value: 'off' },
    { name: 'statement_timeout', value: '0' },
    { name: 'tcp_keepalives_idle', value: '60' },
    { name: 'transaction_isolation', value: 'read committed' },
  ]);
});

test('no statement comes before the settings of a session', async () => {
  const martUrl = await emptyDatabase();
  await query(
    martUrl,
    `create schema first;
     create function first.version() returns text language plpgsql as $$ begin raise 'it was called'; end $$;
     create function first.pg_backend_pid() returns int language plpgsql as $$ begin raise 'it was called'; end $$;
     do $$ begin execute format('alter database %I set search_path to first, pg_catalog', current_database()); end $$`,
  );
  expect((await migrateMart({ martUrl, martSchema: 'infomart' })).applied).not.toEqual([]);
});
