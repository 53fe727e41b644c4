import type { Config } from '../../src/config/config.js';
import { DEFAULT_LOG } from '../../src/config/log-config.js';
import { DEFAULT_SCHEDULE } from '../../src/config/schedule-config.js';

/** A configuration without any settings, for tests that set what they need. */
export const NO_SETTINGS: Config = {
  homeIsSet: true,
  home: '/nowhere',
  pgBin: undefined,
  idbUrls: [],
  martUrl: undefined,
  ownerUrl: undefined,
  martSchema: 'infomart',
  idbSchema: 'public',
  idbTable: undefined,
  earliestStart: undefined,
  log: DEFAULT_LOG,
  schedule: DEFAULT_SCHEDULE,
  metrics: undefined,
  demo: false,
  warnings: [],
};
