import { freshIdb, freshMart, query, testClock } from './databases.js';
import { runCycle, type Urls } from './histories.js';
import { migrateMart } from './jobs.js';
import { writeUserData, type UserDataRow } from './user-data.js';

/** A session of ten minutes with a key of the site, whose rows ICON stored when it ended. */
export function session(guid: string, start: string, more: readonly (readonly [string, string | null])[] = []): UserDataRow[] {
  const end = new Date(Date.parse(start) + 600_000);
  const values = [
    ...([
      ['ChatServerSessionStartedAt', start],
      ['csg_SessionTotalTime', '600'],
      ['csg_TenantId', '1'],
    ] as const),
    ...([
      ['csg_MediaType', 'chat'],
      ['csg_LanguageName', 'English'],
      ['site_Product', `Loan "for" ${guid},\nnew`],
    ] as const),
    ...([...more, ['ChatServerSessionClosedAt', end.toISOString()]] as const),
  ];
  return values.map(([key, value]) => [guid, key, value, end.getTime() / 1000]);
}

const SESSIONS = [
  ...session('JAN-1', '2026-01-01T00:00:00Z'),
  ...session('JAN-2', '2026-01-31T23:59:59Z', [['csg_LanguageName', '日本語']]),
  ...session('FEB-1', '2026-02-01T00:00:00Z', [['csg_MediaOrigin', '=1+1']]),
  ...session('FEB-2', '2026-02-14T12:00:00Z'),
  ...session('MAR-1', '2026-03-02T09:00:00Z'),
  // An async session that has not ended.
  ...session('MAR-2', '2026-03-02T10:00:00Z', [['csg_ChatAsyncMode', '1']]).filter(([, key]) => key !== 'ChatServerSessionClosedAt'),
];

export const EXPORT_GUIDS = ['FEB-1', 'FEB-2', 'JAN-1', 'JAN-2', 'MAR-1', 'MAR-2'];

/** Settings of the mart: an own key and a calendar. */
export const EXPORT_PROPERTIES = {
  attachedData: [{ key: 'site_Product', column: 'PRODUCT', kind: 'attribute' }],
  calendars: [{ name: 'tokyo', timezone: 'Asia/Tokyo', firstDayOfWeek: 'monday', minDaysInFirstWeek: 4, fiscalYearStart: 4 }],
} as const;

/** A mart with six sessions of three months, one of them open, and its IDB. */
export async function makeExportMart(): Promise<Urls> {
  const urls = { idbUrl: await freshIdb(), martUrl: await freshMart() };
  await migrateMart({ martUrl: urls.martUrl, martSchema: 'infomart', clock: testClock, properties: EXPORT_PROPERTIES });
  await writeUserData(urls.idbUrl, SESSIONS);
  await runCycle(urls);
  // Intervals without sessions would take most of the time.
  for (const table of ['date_time', 'date_time_tokyo'])
    await query(
      urls.martUrl,
      `delete from infomart.${table}
       where (date_time_key % 10800 <> 0 or date_time_key not between 1767200000 and 1773000000)
         and date_time_key < 2147482800
         and date_time_key not in (select start_date_time_key from infomart.chat_session_fact)
         and date_time_key not in (select end_date_time_key from infomart.chat_session_fact)`,
    );
  return urls;
}
