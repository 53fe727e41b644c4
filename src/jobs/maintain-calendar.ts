import { withConnection } from '../db/connection.js';
import { withTransaction } from '../db/transaction.js';
import { takeWriterLock } from '../db/writer-lock.js';
import { toEpochSeconds, type Clock } from '../model/clock.js';
import { withJobHistory } from './job-history.js';
import { fillCalendar } from './fill-calendar.js';
import { requireMigrated } from './migrate.js';

export interface MaintainCalendarOptions {
  readonly martUrl: string;
  readonly martSchema: string;
  readonly jobId: string;
  readonly clock: Clock;
}

/** The part of Job_MaintainGIM that looks ahead: DATE_TIME to a year from now. Returns how many intervals were missing. */
export function maintainCalendar({ martUrl, martSchema, jobId, clock }: MaintainCalendarOptions): Promise<number> {
  const nowTs = toEpochSeconds(clock());
  return withConnection({ url: martUrl, applicationName: 'chatmart maintain', schema: martSchema }, async (mart) => {
    await requireMigrated(mart);
    const work = (): Promise<number> =>
      withTransaction(mart, async () => {
        await takeWriterLock(mart, martSchema);
        return fillCalendar(mart, nowTs);
      });
    return withJobHistory(mart, { jobId, jobName: 'Job_MaintainGIM', clock }, work, (intervals) => ({
      rowCount: intervals,
      message: `${intervals} intervals of DATE_TIME`,
    }));
  });
}
