import type { Log } from '../../model/log.js';
import { explainByVersion, noteOtherVersion } from '../../mart/schema/mart-access.js';
import { withMartSession } from '../../mart/mart-session.js';
import { toCubeFiles } from './cube.js';
import { toDbtFiles } from './dbt.js';
import { readDictionary, type Dictionary } from './dictionary.js';
import { toDictionaryHtml } from './dictionary-html.js';
import { toDictionaryMarkdown } from './dictionary-markdown.js';
import { toContract } from './odcs.js';
import { toRelationshipSql, toSchemaSpyMeta } from './relationship-files.js';
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
