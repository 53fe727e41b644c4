import { queryRow, queryRows } from '../../db/connection.js';
import { quoteIdentifier } from '../../db/quote.js';
import { readChatSchema } from '../../mart/schema/chat-schema.js';
import { hasTenantViews } from '../../mart/schema/tenant-views.js';
import { counted } from '../../model/text.js';
import { note, ok, warning, type CheckResult, type IdbSubject, problem, type MartSubject } from './finding.js';
import { selectIdbRole, selectMartRights, selectTenantRoles, selectUnsetLogins } from './rights.sql.js';

interface IdbRole {
  readonly role: string;
  readonly database: string;
  readonly is_superuser: boolean;
  readonly connection_limit: number;
  readonly may_write: readonly string[];
  readonly limits: readonly (readonly [name: string, setting: string, unit: string])[];
}

/** A run uses one session to read and one to read interactions again; a backfill beside it uses two more, and a status some. */
const SESSIONS = 6;

/** May the role read the table and nothing more? */
export async function checkIdbRights({ connection, table }: Pick<IdbSubject, 'connection' | 'table'>): Promise<CheckResult[]> {
  const { role, is_superuser: isSuperuser, may_write: mayWrite } = await queryRow<IdbRole>(connection, selectIdbRole(table.quotedName));
  const next = 'deploy/roles-idb.sql creates a role that can read this table and nothing else.';
  const place = `${table.schema}.${table.name}`;
  if (isSuperuser) return [warning(`${role} is a superuser there; a mistake could damage the source data`, next)];
  if (mayWrite.length > 0) return [warning(`${role} can change ${place} (${mayWrite.join(', ')}); chatmart only needs to read it`, next)];
  return [ok(`${role} can read ${place} and cannot change it`)];
}

/** Which limits are set for the role or its database, and are they high enough? */
export async function checkIdbLimits({ connection, table }: Pick<IdbSubject, 'connection' | 'table'>): Promise<CheckResult[]> {
  const { role, connection_limit: sessions, limits } = await queryRow<IdbRole>(connection, selectIdbRole(table.quotedName));
  const found: CheckResult[] = [];
  if (sessions >= 0 && sessions < SESSIONS)
    found.push(
      warning(
        `${role} is limited to ${counted(sessions, 'session')}; a run beside a backfill needs up to ${SESSIONS}`,
        `As a superuser there, run: alter role ${quoteIdentifier(role)} connection limit 20;`,
      ),
    );
  const set = limits.map(([name, setting, unit]) => `${name} = ${setting}${unit}`).join(', ');
  const temporary = limits.find(([name, setting]) => name === 'temp_file_limit' && setting !== '-1');
  if (temporary !== undefined)
    found.push(
      note(
        `temp_file_limit = ${temporary[1]}${temporary[2]}; comparing many hours may need more`,
        `If reconcile ends with "temporary file size exceeds temp_file_limit", run there: alter role ${quoteIdentifier(role)} set temp_file_limit to -1;`,
      ),
    );
  found.push(
    ok(set === '' ? `no limits are set for sessions of ${role}` : `set for sessions of ${role}: ${set}; jobs set their own time limits`),
  );
  return found;
}

interface MartRights {
  readonly role: string;
  readonly is_superuser: boolean;
  readonly may_stage: boolean;
  readonly unreadable: readonly string[];
  readonly unwritable: readonly string[];
  readonly relations: number;
}

/** May the role load the mart and nothing more? */
export async function checkMartRights({ connection, schema }: Pick<MartSubject, 'connection' | 'schema'>): Promise<CheckResult[]> {
  const rights = await queryRow<MartRights>(connection, selectMartRights());
  const { role, unreadable, unwritable, relations } = rights;
  const place = quoteIdentifier(schema);
  const grantee = quoteIdentifier(role);
  if (rights.is_superuser)
    return [
      note(
        `${role} is a superuser; a mistake could damage anything on that server`,
        'deploy/roles-mart.sql creates a role that can only load the mart.',
      ),
    ];
  if (unreadable.length > 0)
    return [
      problem(
        `${role} cannot read ${toList(unreadable)}`,
        `As the owner of the mart, run: grant select on all tables in schema ${place} to ${grantee};`,
      ),
    ];
  if (unwritable.length === relations)
    return [
      warning(
        `${role} can only read; only report, status, sql and discards list work`,
        'Jobs need the writer role of deploy/roles-mart.sql.',
      ),
    ];
  const wrong: CheckResult[] = [];
  if (unwritable.length > 0)
    wrong.push(
      problem(
        `${role} cannot write ${toList(unwritable)}`,
        `As the owner of the mart, run: grant select, insert, update, delete on all tables in schema ${place} to ${grantee}; grant usage on all sequences in schema ${place} to ${grantee};`,
      ),
    );
  if (!rights.may_stage)
    wrong.push(
      problem(
        `${role} cannot create temporary tables, which loading needs`,
        `As the owner of the database, run: grant temporary on database ${quoteIdentifier(await databaseOf(connection))} to ${grantee};`,
      ),
    );
  return wrong.length > 0 ? wrong : [ok(`${role} can load the mart`)];
}

const databaseOf = async (connection: MartSubject['connection']): Promise<string> =>
  (await queryRow<{ name: string }>(connection, { text: 'select current_database()::text as name' })).name;

const MOST_NAMED = 3;

const toList = (names: readonly string[]): string =>
  names.length <= MOST_NAMED ? names.join(', ') : `${names.slice(0, MOST_NAMED).join(', ')} and ${names.length - MOST_NAMED} more`;

interface TenantRole {
  readonly name: string;
  readonly tenants: string;
  readonly exists: boolean;
  readonly reads_mart: boolean | null;
}

/** Do the logins of readers begin as they should, and do roles of tenants see their tenants alone? */
export async function checkLogins({ connection }: Pick<MartSubject, 'connection'>): Promise<CheckResult[]> {
  const logins = await queryRows<{ name: string; lacks: readonly string[] }>(
    connection,
    selectUnsetLogins(await readChatSchema(connection)),
  );
  const found = logins
    .filter(({ lacks }) => lacks.length > 0)
    .map(({ name, lacks }) =>
      warning(
        `sessions of ${name} begin without ${lacks.join(', ')}; PostgreSQL applies no setting of a role to its members`,
        'As a superuser there, run deploy/roles-mart.sql again: it gives each login that reads the mart what it lacks.',
      ),
    );
  const roles = await queryRows<TenantRole>(connection, selectTenantRoles());
  const areMade = roles.length === 0 || (await hasTenantViews(connection));
  return [
    ...(found.length > 0
      ? found
      : [
          ok(
            logins.length === 0
              ? 'no login only reads'
              : `sessions of ${counted(logins.length, 'login')} that only read begin as they should`,
          ),
        ]),
    ...roles.map((role) => judgeTenantRole(role)),
    ...(areMade
      ? []
      : [
          problem(
            'the views for roles of tenants are missing',
            'As a superuser there, run deploy/roles-tenant.sql again for each of these roles. Then, as the owner of the mart, run: chatmart migrate',
          ),
        ]),
  ];
}

function judgeTenantRole({ name, tenants, exists, reads_mart: readsMart }: TenantRole): CheckResult {
  const role = quoteIdentifier(name);
  if (!exists)
    return warning(
      `role ${name}, which is to see ${tenants}, does not exist; whoever gets that name sees them`,
      `As the owner of the mart, run: delete from chatmart_role_tenant where role_name = '${name.replaceAll("'", "''")}';`,
    );
  if (readsMart === true)
    return problem(
      `role ${name} is to see ${tenants} alone, but may read the whole mart`,
      `Take that right from it: it is a member of a role that has it, or was granted usage of the schema. \\du ${role} in psql shows the first.`,
    );
  return ok(`role ${name} sees ${tenants} alone`);
}
