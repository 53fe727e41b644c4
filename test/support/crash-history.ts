import { query } from './databases.js';
import { writeUserData, type UserDataRow } from './user-data.js';

const START = 'ChatServerSessionStartedAt';
const END = 'ChatServerSessionClosedAt';

const session = (guid: string, minute: string, more: Readonly<Record<string, string>> = {}): UserDataRow[] => [
  [guid, START, `2026-03-01T${minute}:00Z`],
  ...Object.entries({ csg_MediaType: 'chat', csg_TenantId: '1', csg_SessionTotalTime: '60', ...more }).map(
    ([key, value]) => [guid, key, value] as const,
  ),
  [guid, END, `2026-03-01T${minute}:59Z`],
];

/** What the mart holds before the run that is killed. */
export const BEFORE: readonly UserDataRow[] = [
  ...session('corrected', '10:07'),
  ...session('restarted', '10:08'),
  ...session('emptied', '10:20'),
  ['ended later', START, '2026-03-01T11:00:00Z'],
];

/** Rows of three chunks: new sessions, new dimension members, discards, and corrections within a chunk and across chunks. */
const CHUNKS: readonly (readonly UserDataRow[])[] = [
  [
    ...session('new', '12:00', { csg_LanguageName: 'Suomi', csg_MediaType: 'video', csg_TenantId: '7' }),
    ...session('bad value', '12:10', { csg_PartiesAsAgentCount: 'two' }),
    ['corrected', 'csg_SessionTotalTime', '61'],
    ['over chunks', START, '2026-03-01T12:20:00Z'],
  ],
  [
    ...session('told twice', '13:00', { csg_MediaOrigin: 'web' }),
    ['told twice', 'csg_SessionTotalTime', '62'],
    ['ended later', END, '2026-03-01T11:30:00Z'],
    ['over chunks', END, '2026-03-01T12:40:00Z'],
    ['never started', 'csg_TenantId', '1'],
  ],
  [
    ...session('last', '14:00', { csg_SessionEndedBy: 'AGENT' }),
    ['restarted', START, '2026-02-27T10:08:00Z'],
    ['emptied', START, null],
    ['over chunks', 'csg_SessionTotalTime', '1200'],
  ],
];

/** So far apart that no id range holds two of them. */
const CHUNK_IDS = [1_000, 1_000_001, 10_000_001];

/** Writes the rows that the killed run finds. */
export async function writeChunks(idbUrl: string): Promise<void> {
  for (const [index, rows] of CHUNKS.entries()) {
    await query(idbUrl, `select setval('g_userdata_history_id_seq', ${CHUNK_IDS[index]})`);
    await writeUserData(idbUrl, rows);
  }
}
