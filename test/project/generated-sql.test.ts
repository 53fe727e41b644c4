import { beforeAll, describe, test } from 'vitest';
import { levelBreaches } from '../../src/commands/status/data-checks/level-checks.sql.js';
import type { Calendar } from '../../src/model/calendar.js';
import { findIdbTable, type IdbTable } from '../../src/extract/idb-table.js';
import { copyInteractions, copyRows } from '../../src/extract/user-data-rows.sql.js';
import { withConnection, type Statement } from '../../src/db/connection.js';
import { insertMissingSessionDims } from '../../src/load/dimensions.sql.js';
import {
  copyFactsWithoutDiscards,
  copyIntoFacts,
  insertChangedIntervals,
  insertFacts,
  selectStagedGroups,
  updateFacts,
} from '../../src/load/facts.sql.js';
import { selectCompleteActions, selectJudgedSessions } from '../../src/load/judge.sql.js';
import { copyHeldFacts } from '../../src/load/reread.sql.js';
import { copyIntoStaging, createStaging } from '../../src/load/staging.sql.js';
import { selectChatStatsView } from '../../src/mart/aggregates/chat-stats.sql.js';
import { tableLevels, tableOf, UTC_DAYS, UTC_MONTHS } from '../../src/mart/aggregates/levels.js';
import { selectChangedIntervals, type ChangedPeriods } from '../../src/mart/aggregates/changed-intervals.sql.js';
import { addSessions, selectGroups, selectPeriods, writeChangedRows } from '../../src/mart/aggregates/rebuild.sql.js';
import type { KvpMap } from '../../src/model/mapped-key.js';
import { insertCompared, updateCompared } from '../../src/pipeline/reconcile/compare-digests.sql.js';
import { copyExactDigests, copyHourDigests } from '../../src/pipeline/reconcile/read-digests.sql.js';
import { readKvpMap } from '../../src/spec/kvp-map.js';
import { freshIdb } from '../support/databases.js';
import { expectFile } from '../support/expect-file.js';
import { packageFile } from '../../src/spec/package-file.js';

/** Enough keys for each kind of column; with all keys the SQL would be unreadable, and each new key would change it. */
const KEYS = new Set([
  'ChatServerSessionStartedAt',
  'ChatServerSessionClosedAt',
  'csg_TenantId',
  'csg_MediaType',
  'csg_SessionTotalTime',
  'csg_SessionUntilFirstAgentTime',
  'csg_SessionUntilFirstReplyTime',
  'csg_PartiesAsAgentCount',
  'csg_MessagesFromAgentsCount',
  'cse_AgentReplyTotalCount',
  'cse_AgentReplyMaxTime',
  'cse_SessionHandleTotalTime',
  'csg_SessionEndedBy',
  'csg_SessionEndedAgent',
  'csg_ChatAsyncMode',
  'csg_ChatSessionID',
  'csg_PartiesAsBotCount',
  'csg_MessagesFromBotsCount',
  'csg_SessionUntilFirstBotTime',
]);

const fewKeys = (): KvpMap => {
  const map = readKvpMap();
  return { ...map, keys: map.keys.filter(({ kvp }) => KEYS.has(kvp)) };
};

const KEPT = { start_date_time_key: 1_772_409_600, tenant_key: 1, media_type_key: 2, chat_session_dim_key: 3 };
const DAYS: ChangedPeriods = {
  periods: [[1_772_409_600], [1_772_496_000]],
  groups: [[1_772_409_600], [1], [2], [3]],
  groupPeriods: [[1_772_409_600], [1_772_496_000]],
  addedIntervals: [[1_772_409_600], [1_772_410_500]],
  additions: [[1_772_410_500], [7]],
};
const MONTHS: ChangedPeriods = {
  periods: [[1_772_323_200], [1_775_001_600]],
  groups: [[1_772_323_200], [1], [2], [3]],
  groupPeriods: [[1_772_323_200], [1_775_001_600]],
  addedIntervals: [[1_772_323_200], [1_772_410_500]],
  additions: [[1_772_410_500], [7]],
};
const CALENDAR: Calendar = {
  ...{ name: 'berlin', timezone: 'Europe/Berlin', firstDayOfWeek: 'monday', minDaysInFirstWeek: 4, fiscalYearStart: 4 },
};
const MEMBER = ['AGENT', 'PRESENT', '0', 'chat-1'];

/** The content of each file in test/generated-sql, by file name: statements in the order in which a chunk or a job sends them. */
const FILES: Readonly<Record<string, (map: KvpMap, table: IdbTable) => readonly (Statement | string)[]>> = {
  extract: (_map, table) => [
    copyRows(table, 'ChatServerSessionStartedAt', { afterId: 1_000, untilId: 2_000 }, { are: 'below', ceiling: 900n, from: 800n }),
    copyInteractions(table, 'ChatServerSessionStartedAt', ['0001KaFQ3U8X0001'], 'id'),
  ],
  staging: (map) => [createStaging(map), copyIntoStaging(map)],
  judge: (map) => [selectJudgedSessions(map), selectCompleteActions(map)],
  reread: (map) => [copyHeldFacts(map, ['0001KaFQ3U8X0001'])],
  dimensions: (map) => [insertMissingSessionDims(map, [MEMBER], 7)],
  facts: (map) => [
    copyIntoFacts(map),
    copyFactsWithoutDiscards(map, ['0001KaFQ3U8X0001']),
    insertFacts(map, 7),
    updateFacts(map, 7, ['0001KaFQ3U8X0001']),
    selectStagedGroups(map, ['0001KaFQ3U8X0001']),
    insertChangedIntervals(map, 7, { groups: [KEPT], addedIntervals: [1_772_410_500] }),
  ],
  aggregates: (map) => [
    selectChangedIntervals(tableLevels([CALENDAR])),
    writeChangedRows(map, UTC_DAYS, DAYS, { of: 'periods', writesAll: false }, selectPeriods(map, UTC_DAYS, DAYS, 7)),
    writeChangedRows(map, UTC_MONTHS, MONTHS, { of: 'groups', writesAll: true }, selectGroups(map, UTC_MONTHS, MONTHS, 7)),
    addSessions(map, UTC_DAYS, DAYS, 7),
    selectChatStatsView(map, 'hour', undefined),
    selectChatStatsView(map, 'week', CALENDAR),
  ],
  reconcile: (map, table) => [
    copyHourDigests(table, map, { fromTs: 1_772_409_600, toTs: 1_772_413_200, hourTs: 1_772_409_600 }),
    copyExactDigests(table, map, ['0001KaFQ3U8X0001'], { transactions: { are: 'any' }, order: 'time' }),
    insertCompared(map),
    updateCompared(map),
  ],
  'data-checks': (map) => [levelBreaches(map, tableOf('day', CALENDAR)!)],
};

const toSql = (statement: Statement | string): string => {
  const { text, values = [] } = typeof statement === 'string' ? { text: statement } : statement;
  const parameters = values.map((value, index) => `-- $${index + 1} = ${JSON.stringify(value)}\n`);
  return `${parameters.join('')}${text.replace(/^\n+/, '').trimEnd()};\n`;
};

describe('the SQL that is generated from the KVP map, for a map of fifteen keys', () => {
  let table: IdbTable;
  beforeAll(async () => {
    table = await withConnection({ url: await freshIdb(), applicationName: 'test', idb: { masker: undefined } }, (idb) =>
      findIdbTable(idb, 'public', undefined),
    );
  });

  test.each(Object.keys(FILES))('%s', (name) => {
    expectFile(packageFile('test', 'generated-sql', `${name}.sql`), FILES[name]!(fewKeys(), table).map(toSql).join('\n'));
  });
});
