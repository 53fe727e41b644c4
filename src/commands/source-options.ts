import type { SourceOptions } from '../pipeline/source.js';
import type { DatabaseUrls } from '../jobs/databases.js';
import type { Config } from '../config/config.js';
/** Where the configured source is, and where its sessions go. */
export const toSourceOptions = (
  { idbUrl, twinUrls, martUrl }: Pick<DatabaseUrls, 'idbUrl' | 'twinUrls' | 'martUrl'>,
  { martSchema, idbSchema, idbTable, earliestStart }: Config,
): SourceOptions => ({ idbUrl, twinUrls, martUrl, martSchema, idbSchema, idbTable, earliestStart });
