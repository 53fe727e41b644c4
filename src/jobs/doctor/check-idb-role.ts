import { queryRow } from '../../db/connection.js';
import { quoteIdentifier } from '../../db/quote.js';
import { note, ok, warning, type Diagnosis } from './finding.js';
import type { IdbPatient } from './patient.js';
import { selectIdbRole } from './rights.sql.js';
import { counted } from '../../model/text.js';

interface IdbRole {
  readonly role: string;
  readonly database: string;
  readonly is_superuser: boolean;
  readonly connection_limit: number;
  readonly may_write: readonly string[];
  readonly limits: readonly (readonly [name: string, setting: string, unit: string])[];
}

/** A run reads on one session and reads interactions again on another, beside a backfill that does the same, while a status looks. */
const SESSIONS = 6;

/** May the role read the table, and nothing more? */
export async function checkIdbRights({ connection, table }: Pick<IdbPatient, 'connection' | 'table'>): Promise<Diagnosis[]> {
  const { role, is_superuser: isSuperuser, may_write: mayWrite } = await queryRow<IdbRole>(connection, selectIdbRole(table.quotedName));
  const next = 'deploy/roles-idb.sql makes a role that may read this table and nothing else.';
  const place = `${table.schema}.${table.name}`;
  if (isSuperuser) return [warning(`${role} is a superuser there: the source of all data is open to any mistake`, next)];
  if (mayWrite.length > 0) return [warning(`${role} may change ${place} (${mayWrite.join(', ')}); chatmart only reads it`, next)];
  return [ok(`${role} may read ${place}, and not change it`)];
}

/** Which limits are set for the role or its database, and do they leave enough? */
export async function checkIdbLimits({ connection, table }: Pick<IdbPatient, 'connection' | 'table'>): Promise<Diagnosis[]> {
  const { role, connection_limit: sessions, limits } = await queryRow<IdbRole>(connection, selectIdbRole(table.quotedName));
  const found: Diagnosis[] = [];
  if (sessions >= 0 && sessions < SESSIONS)
    found.push(
      warning(
        `${role} may have ${counted(sessions, 'session')} at once; a run beside a backfill needs up to ${SESSIONS}`,
        `As a superuser there type: alter role ${quoteIdentifier(role)} connection limit 20;`,
      ),
    );
  const set = limits.map(([name, setting, unit]) => `${name} = ${setting}${unit}`).join(', ');
  const temporary = limits.find(([name, setting]) => name === 'temp_file_limit' && setting !== '-1');
  if (temporary !== undefined)
    found.push(
      note(
        `temp_file_limit = ${temporary[1]}${temporary[2]}: a comparison of many hours may need more`,
        `If reconcile ends with "temporary file size exceeds temp_file_limit", type there: alter role ${quoteIdentifier(role)} set temp_file_limit to -1;`,
      ),
    );
  found.push(
    ok(set === '' ? `no limits are set for sessions of ${role}` : `set for sessions of ${role}: ${set}; jobs set the times themselves`),
  );
  return found;
}
