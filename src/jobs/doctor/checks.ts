import { checkAdditions } from './check-additions.js';
import { checkAttachedKeys } from './check-attached-keys.js';
import { checkCalendar } from './check-calendar.js';
import { checkCertificates } from './check-certificates.js';
import { checkClock } from './check-clock.js';
import { checkDisk } from './check-disk.js';
import { checkIdSequence } from './check-id-sequence.js';
import { checkIdbLimits, checkIdbRights } from './check-idb-role.js';
import { checkIndexes } from './check-indexes.js';
import { checkMartRights } from './check-mart-rights.js';
import { checkRecentKeys } from './check-recent-keys.js';
import { checkRowTimes } from './check-row-times.js';
import { checkRows } from './check-rows.js';
import { checkIdbSettings, checkMartSettings } from './check-settings.js';
import { checkSources } from './check-sources.js';
import { checkTimes } from './check-times.js';
import { checkTls } from './check-tls.js';
import { checkIdbTransactions, checkTransactions } from './check-transactions.js';
import { checkVersion } from './check-version.js';
import { checkWaits } from './check-waits.js';
import type { Check, IdbPatient, MartPatient, Patient } from './patient.js';

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
