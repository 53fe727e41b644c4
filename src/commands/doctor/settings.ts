import { findSetting, readSessionFacts, toResetText, toSettingText } from '../../db/error-context.js';
import { queryRow } from '../../db/connection.js';
import { PINNED_SETTINGS } from '../../db/session-settings.js';
import { note, ok, problem, warning, type CheckResult, type CheckSubject } from './finding.js';
import { selectSettings } from './doctor.sql.js';

interface Settings {
  readonly is_standby: boolean;
  readonly is_durable: boolean;
  readonly keeps_pages: boolean;
  readonly synchronous_commit: string;
  readonly tracks_activities: boolean;
  readonly replication_role: string;
  readonly set_otherwise: readonly string[];
}

type Asked = Pick<CheckSubject, 'connection'>;

/** Can the mart be written, and are writes durable? Each session resets all other settings itself. */
export async function checkMartSettings({ connection }: Asked): Promise<CheckResult[]> {
  const settings = await readSettings({ connection });
  return [...(await judgeReadOnly({ connection })), ...judgeDurability(settings), ...judgeAll(settings)];
}

/** Is anything set for the sessions of an IDB that chatmart cannot override? */
export async function checkIdbSettings({ connection }: Asked): Promise<CheckResult[]> {
  return judgeAll(await readSettings({ connection }));
}

const readSettings = ({ connection }: Asked): Promise<Settings> => queryRow<Settings>(connection, selectSettings(PINNED_SETTINGS));

const READ_ONLY = 'default_transaction_read_only';

async function judgeReadOnly({ connection }: Asked): Promise<CheckResult[]> {
  const session = await readSessionFacts(connection, [READ_ONLY]);
  const setting = findSetting(session, READ_ONLY);
  const rest = 'only report, status, sql and discards list work';
  if (session.isStandby) return [warning(`it is a read-only standby; ${rest}`, 'Jobs need the URL of the primary server.')];
  if (setting?.value !== 'on') return [];
  const found = `it is set to read-only (${toSettingText(setting, session)}); ${rest}`;
  // It is right for a role that only reads.
  if (setting.source === 'user' || setting.source === 'database user')
    return [warning(found, 'Jobs need the writer role of deploy/roles-mart.sql.')];
  return [problem(found, `If that was done because its disk is full, free space first. ${toResetText(setting, session, 'off')}`)];
}

function judgeDurability({ is_durable: isDurable, keeps_pages: keepsPages, synchronous_commit: commit, replication_role: role }: Settings) {
  const found: CheckResult[] = [];
  const off = [...(isDurable ? [] : ['fsync']), ...(keepsPages ? [] : ['full_page_writes'])];
  if (off.length > 0)
    found.push(
      warning(
        `${off.join(' and ')} ${off.length === 1 ? 'is' : 'are'} off; a crash of its machine can damage all its data`,
        `As a superuser there, run: ${off.map((name) => `alter system set ${name} to on;`).join(' ')} select pg_reload_conf();`,
      ),
    );
  if (commit === 'off') found.push(note('synchronous_commit = off is set for its sessions; sessions of chatmart use local instead'));
  if (role !== 'origin')
    found.push(
      note(`session_replication_role = ${role} is set for its sessions; triggers that were added to the mart do not fire for loaded rows`),
    );
  return found;
}

function judgeAll({ tracks_activities: tracksActivities, set_otherwise: setOtherwise }: Settings): CheckResult[] {
  const found: CheckResult[] = [];
  if (!tracksActivities)
    found.push(
      note(
        'track_activities is off; neither doctor nor status can tell how long transactions have been open',
        'As a superuser there, run: alter system set track_activities to on; select pg_reload_conf();',
      ),
    );
  found.push(
    ok(
      setOtherwise.length === 0
        ? 'no setting of its sessions changes the meaning of a statement'
        : `each session overrides these settings: ${setOtherwise.join(', ')}`,
    ),
  );
  return found;
}
