import type { Log } from '../../model/log.js';
import { explainByVersion, noteOtherVersion } from '../../mart/schema/mart-access.js';
import { quoteIdentifier } from '../../db/quote.js';
import { addForeignKey, referenceOf } from '../../mart/schema/relationships.js';
import { withMartSession } from '../../mart/mart-session.js';
import { toCubeFiles } from './cube.js';
import { toDbtFiles } from './dbt.js';
import { readDictionary, type Dictionary } from './dictionary.js';
import { toDictionaryHtml } from './dictionary-html.js';
import { toDictionaryMarkdown } from './dictionary-markdown.js';
import { toContract } from './odcs.js';
import { toStarFile } from './star-svg.js';
import { toSupersetFiles } from './superset.js';
import { writeFiles, type DocsFile, type WrittenFiles } from './write-files.js';

export interface DocsOptions {
  readonly martUrl: string;
  readonly martSchema: string;
  readonly output: string;
  readonly log?: Log;
}

/** Writes the data dictionary of a mart and the files for BI tools into a folder. The mart is only read; an analyst's role is enough. */
export async function writeDocs({ martUrl, martSchema, output, log = () => undefined }: DocsOptions): Promise<WrittenFiles> {
  const options = { url: martUrl, schema: martSchema, applicationName: 'chatmart docs', keepsRoleLimits: true };
  const dictionary = await withMartSession(options, async (mart) => {
    const mismatch = await noteOtherVersion(mart, log);
    return readDictionary(mart, martSchema).catch((error: unknown) => {
      throw explainByVersion(error, mismatch);
    });
  });
  return writeFiles(output, toFiles(dictionary));
}

/** All files, with the paths under the folder. */
const toFiles = (dictionary: Dictionary): DocsFile[] => [
  { path: 'dictionary.html', text: toDictionaryHtml(dictionary) },
  { path: 'dictionary.md', text: toDictionaryMarkdown(dictionary) },
  { path: 'star.svg', text: toStarFile(dictionary) },
  { path: 'relationships/foreign-keys.sql', text: toRelationshipSql(dictionary) },
  { path: 'relationships/schemaspy.xml', text: toSchemaSpyMeta(dictionary) },
  ...toDbtFiles(dictionary),
  ...toCubeFiles(dictionary),
  ...toSupersetFiles(dictionary),
  { path: 'odcs/chatmart.odcs.yaml', text: toContract(dictionary) },
];

/** The relationships of tables as SQL, for a server or a modelling tool that does not have them. */
function toRelationshipSql({ martSchema, relations, relationships }: Dictionary): string {
  const isTable = (name: string): boolean => relations.some((each) => each.name === name && each.schema === martSchema && !each.isView);
  const keys = relationships.filter((each) => isTable(each.table) && isTable(referenceOf(each).table));
  return `-- How the tables of the mart join, for tools that read DDL. From PostgreSQL 18 on, chatmart migrate has made those that a server can keep.
-- Do not run this on the mart: older servers refuse it.
set search_path to ${quoteIdentifier(martSchema)};
${keys.map((each) => `${addForeignKey(each)};`).join('\n')}
`;
}

/** The same for SchemaSpy: \`java -jar schemaspy-app.jar … -meta relationships.xml\`. Views are among them. */
function toSchemaSpyMeta({ relationships }: Dictionary): string {
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
