import type { Config } from '../config/config.js';
import { toConfigHash } from '../config/config.js';
import type { JobOrigin } from '../jobs/job-history.js';

/** What the job history says of who asked: the command, and a hash of the settings. */
export const toJobOrigin = (command: string, config: Config): JobOrigin => ({ command, configHash: toConfigHash(config) });
