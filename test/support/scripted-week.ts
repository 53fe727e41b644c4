import { DEFAULT_SCHEDULE, type ScheduleConfig } from '../../src/config/schedule-config.js';
import type { Scheduler } from '../../src/commands/schedule/scheduler.js';
import { createStopControl } from '../../src/jobs/stop.js';
import type { LogFields } from '../../src/model/log.js';
import { packageFile } from '../../src/spec/package-file.js';
import type { Urls } from './histories.js';
import type { IconFeed } from './icon-feed.js';
import { startCli, type StartedCli } from './start-cli.js';
import { createSchedule } from './jobs.js';

/** Time between two ticks; scheduled times fall on ticks. */
const TICK_MS = 30 * 60_000;

/** Several days whose clock advances tick by tick. */
export interface ScriptedWeek {
  readonly now: () => Date;
  /** Starts a schedule, replacing the previous one if any. */
  readonly schedule: (urls: Urls, settings: Partial<ScheduleConfig>, daysToKeepFacts?: number) => void;
  /** Advances the clock to an instant; at each tick ICON stores what has happened, the schedule ticks, and `after` checks what it did. */
  readonly passUntil: (until: string, after: (told: readonly LogFields[]) => Promise<void>) => Promise<void>;
  /** Starts the program as a process on the week's clock. */
  readonly start: (args: readonly string[]) => StartedCli;
  /** Runs the program the same way until it ends. Returns its output; it must succeed. */
  readonly call: (...args: readonly string[]) => Promise<string>;
  /** The fields of coded lines in the schedules' logs, oldest first. */
  readonly told: readonly LogFields[];
}

/** A week that begins at `begin`. `urls` are those of the processes. */
export function createScriptedWeek(begin: string, urls: Urls, feed: IconFeed): ScriptedWeek {
  let now = new Date(begin);
  let scheduler: Scheduler | undefined;
  const told: LogFields[] = [];
  const start = (args: readonly string[]): StartedCli =>
    startCli(args, {
      CHATMART_IDB_URL: urls.idbUrl,
      CHATMART_MART_URL: urls.martUrl,
      CLOCK_AT: now.toISOString(),
      NODE_OPTIONS: `--import=${packageFile('test', 'support', 'clock-preload.mjs')}`,
    });
  return {
    now: () => now,
    told,
    schedule: (databases, settings, daysToKeepFacts) => {
      ({ scheduler } = createSchedule({
        ...databases,
        ...{ martSchema: 'infomart', idbSchema: 'public', embedded: false, retryDelaysMs: [] },
        schedule: { ...DEFAULT_SCHEDULE, ...settings },
        daysToKeepFacts,
        origin: { command: 'schedule', configHash: '' },
        clock: () => now,
        log: (_, fields = {}) => {
          if (fields.code !== undefined && fields.level !== 'debug') told.push(fields);
        },
        stop: createStopControl().stop,
      }));
    },
    passUntil: async (until, after) => {
      while (now.getTime() < Date.parse(until)) {
        now = new Date(now.getTime() + TICK_MS);
        await feed.storeUntil(now);
        const before = told.length;
        await scheduler?.tick(now);
        await after(told.slice(before));
      }
    },
    start,
    call: async (...args) => {
      const { code, signal, stdout, stderr } = await start(args).ended;
      if (code !== 0) throw new Error(`chatmart ${args.join(' ')} ended with ${String(code ?? signal)}: ${stderr}`);
      return stdout;
    },
  };
}
