import { addForeignKey, referenceOf } from '../../mart/schema/relationships.js';
import { quoteIdentifier } from '../../db/quote.js';
import type { Dictionary } from './dictionary.js';

/** The relationships of tables as SQL, for a server or a modelling tool that does not have them. */
export function toRelationshipSql({ martSchema, relations, relationships }: Dictionary): string {
  const isTable = (name: string): boolean => relations.some((each) => each.name === name && each.schema === martSchema && !each.isView);
  const keys = relationships.filter((each) => isTable(each.table) && isTable(referenceOf(each).table));
  return `-- How the tables of the mart join, for tools that read DDL. From PostgreSQL 18 on, chatmart migrate has made those that a server can keep.
-- Do not run this on the mart: older servers refuse it.
set search_path to ${quoteIdentifier(martSchema)};
${keys.map((each) => `${addForeignKey(each)};`).join('\n')}
`;
}

/** The same for SchemaSpy: \`java -jar schemaspy-app.jar … -meta relationships.xml\`. Views are among them. */
export function toSchemaSpyMeta({ relationships }: Dictionary): string {
  const tables = [...new Set(relationships.map(({ table }) => table))];
  return `<?xml version="1.0" encoding="UTF-8"?>
<schemaMeta xmlns="http://schemaspy.org/xsd/6/schemameta">
  <tables>
${tables
  .map((table) => {
    const columns = [...new Set(relationships.filter((each) => each.table === table).map(({ column }) => column))];
    return `    <table name="${table}">
${columns
  .map(
    (column) => `      <column name="${column}">
${relationships
  .filter((each) => each.table === table && each.column === column)
  .map(({ to, key }) => `        <foreignKey table="${to}" column="${key}"/>\n`)
  .join('')}      </column>
`,
  )
  .join('')}    </table>
`;
  })
  .join('')}  </tables>
</schemaMeta>
`;
}
