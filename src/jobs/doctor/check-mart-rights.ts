import { queryRow } from '../../db/connection.js';
import { quoteIdentifier } from '../../db/quote.js';
import { selectMartRights } from './rights.sql.js';
import { note, ok, problem, warning, type Diagnosis } from './finding.js';
import type { MartPatient } from './patient.js';

interface MartRights {
  readonly role: string;
  readonly is_superuser: boolean;
  readonly may_stage: boolean;
  readonly unreadable: readonly string[];
  readonly unwritable: readonly string[];
  readonly relations: number;
}

/** May the role load the mart, and no more than that? */
export async function checkMartRights({ connection, schema }: Pick<MartPatient, 'connection' | 'schema'>): Promise<Diagnosis[]> {
  const rights = await queryRow<MartRights>(connection, selectMartRights());
  const { role, unreadable, unwritable, relations } = rights;
  const place = quoteIdentifier(schema);
  const grantee = quoteIdentifier(role);
  if (rights.is_superuser)
    return [note(`${role} is a superuser: whatever goes wrong may do anything`, 'deploy/roles-mart.sql makes a role that may only load.')];
  if (unreadable.length > 0)
    return [
      problem(
        `${role} may not read ${toList(unreadable)}`,
        `As owner of the mart type: grant select on all tables in schema ${place} to ${grantee};`,
      ),
    ];
  if (unwritable.length === relations)
    return [warning(`${role} may only read: report, status, sql and discards list work`, 'Jobs need the writer of deploy/roles-mart.sql.')];
  const wrong: Diagnosis[] = [];
  if (unwritable.length > 0)
    wrong.push(
      problem(
        `${role} may not write ${toList(unwritable)}`,
        `As owner of the mart type: grant select, insert, update, delete on all tables in schema ${place} to ${grantee}; grant usage on all sequences in schema ${place} to ${grantee};`,
      ),
    );
  if (!rights.may_stage)
    wrong.push(
      problem(
        `${role} may not create temporary tables, in which chunks are staged`,
        `As owner of the database type: grant temporary on database ${quoteIdentifier(await databaseOf(connection))} to ${grantee};`,
      ),
    );
  return wrong.length > 0 ? wrong : [ok(`${role} may load the mart`)];
}

const databaseOf = async (connection: MartPatient['connection']): Promise<string> =>
  (await queryRow<{ name: string }>(connection, { text: 'select current_database()::text as name' })).name;

const MOST_NAMED = 3;

const toList = (names: readonly string[]): string =>
  names.length <= MOST_NAMED ? names.join(', ') : `${names.slice(0, MOST_NAMED).join(', ')} and ${names.length - MOST_NAMED} more`;
