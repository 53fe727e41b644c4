import { checkAdditions } from './mart.js';
import { checkAttachedKeys } from './idb-keys.js';
import { checkCalendar } from './mart.js';
import { checkCertificates } from './tls.js';
import { checkClock } from './server.js';
import { checkDisk } from './server.js';
import { checkIdSequence } from './idb-table.js';
import { checkIdbLimits, checkIdbRights } from './rights.js';
import { checkIndexes } from './idb-table.js';
import { checkMartRights } from './rights.js';
import { checkRecentKeys } from './idb-keys.js';
import { checkRowTimes } from './idb-table.js';
import { checkRows } from './idb-table.js';
import { checkIdbSettings, checkMartSettings } from './settings.js';
import { checkSources } from './mart.js';
import { checkTimes } from './mart.js';
import { checkTls } from './tls.js';
import { checkIdbTransactions, checkTransactions } from './transactions.js';
import { checkVersion } from './server.js';
import { checkWaits } from './server.js';
import type { Check, IdbPatient, MartPatient, Patient } from './finding.js';

/** What any server is asked. */
const SERVER_CHECKS: readonly Check<Patient>[] = [
  { name: 'version', look: checkVersion },
  { name: 'tls', look: checkTls },
  { name: 'certificates', look: checkCertificates },
  { name: 'clock', look: checkClock },
  { name: 'disk', look: checkDisk },
  { name: 'waits', look: checkWaits },
];

/** What the database of the mart is asked, whether there is a mart in it or not. */
export const MART_SERVER_CHECKS: readonly Check<Patient>[] = [
  ...SERVER_CHECKS,
  { name: 'settings', look: checkMartSettings },
  { name: 'transactions', look: checkTransactions },
];

/** What a mart is asked that is of this program's version. */
export const MART_CHECKS: readonly Check<MartPatient>[] = [
  { name: 'additions', look: checkAdditions },
  { name: 'rights', look: checkMartRights },
  { name: 'calendar', look: checkCalendar },
  { name: 'times', look: checkTimes },
  { name: 'sources', look: checkSources },
];

/** What an IDB is asked before its table is looked for. */
export const IDB_SERVER_CHECKS: readonly Check<Patient>[] = [...SERVER_CHECKS, { name: 'settings', look: checkIdbSettings }];

/** What an IDB is asked. */
export const IDB_CHECKS: readonly Check<IdbPatient>[] = [
  { name: 'rights', look: checkIdbRights },
  { name: 'limits', look: checkIdbLimits },
  { name: 'indexes', look: checkIndexes },
  { name: 'sequence', look: checkIdSequence },
  { name: 'rows', look: checkRows },
  { name: 'row-times', look: checkRowTimes },
  { name: 'recent-keys', look: checkRecentKeys },
  { name: 'attached-keys', look: checkAttachedKeys },
  { name: 'transactions', look: checkIdbTransactions },
];
