import { checkAdditions, checkCalendar, checkSources, checkTimes } from './mart.js';
import { checkAttachedKeys, checkRecentKeys } from './idb-keys.js';
import { checkCertificates, checkTls } from './tls.js';
import { checkClock, checkDisk, checkVersion, checkWaits } from './server.js';
import { checkIdSequence, checkIndexes, checkRowTimes, checkRows } from './idb-table.js';
import { checkIdbLimits, checkIdbRights, checkMartRights } from './rights.js';
import { checkIdbSettings, checkMartSettings } from './settings.js';
import { checkIdbTransactions, checkTransactions } from './transactions.js';
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
