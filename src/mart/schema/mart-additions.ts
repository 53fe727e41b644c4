import { queryRow, queryRows, type Connection } from '../../db/connection.js';
import {
  judgeCode,
  judgePolicies,
  judgePublication,
  type FoundCode,
  type FoundPolicies,
  type FoundPublication,
} from './judge-mart-code.js';
import { judgeRelation, judgeUnrelated, type FoundRelation } from './judge-mart-tables.js';
import type { Addition } from './mart-addition.js';
import { calendarRelationships, findMissingRelationships, relationships } from './relationships.js';
import { selectMartCode, selectMartPolicies, selectMartPublications, selectMartRelations } from './mart-additions.sql.js';
import { readCalendars } from '../calendar/calendars.js';
import { readMartDefinition } from './mart-definition.js';
import { readMartMap } from './mart-map.js';
import { MIGRATION_TABLE } from './migration-source.js';
import { hasTable } from './migration-state.js';

/** Finds, from the catalogue alone, everything in a mart that differs from this program's migrations; the worst comes first. */
export async function findAdditions(connection: Connection): Promise<Addition[]> {
  const calendars = (await hasTable(connection, 'chatmart_calendar')) ? await readCalendars(connection) : [];
  const definition = await readMartDefinition(await readMartMap(connection), calendars);
  const { schema } = await queryRow<{ schema: string }>(connection, { text: 'select current_schema()::text as schema' });
  const defined = [...definition.tables.keys(), ...definition.views.keys()];
  const relations = await queryRows<FoundRelation>(connection, selectMartRelations(defined));
  const names = [...definition.tables.keys(), MIGRATION_TABLE, `${MIGRATION_TABLE}_lock`];
  const policies = await queryRows<FoundPolicies>(connection, selectMartPolicies(names));
  const publications = await queryRows<FoundPublication>(connection, selectMartPublications(names));
  const code = await queryRows<FoundCode>(connection, selectMartCode(names));
  const unrelated = await findMissingRelationships(connection, [...relationships(), ...calendars.flatMap(calendarRelationships)]);
  const additions = [
    ...relations.flatMap((found) => judgeRelation(found, definition, schema)),
    ...policies.map((found) => judgePolicies(found, schema)),
    ...publications.map((found) => judgePublication(found, schema)),
    ...code.map((found) => judgeCode(found, schema)),
    ...judgeUnrelated(unrelated.map(({ name }) => name)),
  ];
  return SEVERITIES.flatMap((severity) => additions.filter((addition) => addition.severity === severity));
}

const SEVERITIES = ['problem', 'warning', 'note'] as const;
