import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../config/config.js';
import { withDatabases, type DatabaseUrls } from '../../jobs/databases.js';
import { counted, toCountText } from '../../model/text.js';
import { renderReport } from '../../report/formats/render-report.js';
import { writeReport } from '../../report/formats/write-report.js';
import { OVERVIEW } from '../../report/overview/overview.js';
import { renderOverview } from '../../report/overview/render-overview.js';
import { parseBy } from '../../report/report-attribute.js';
import type { CommandContext } from '../../terminal/context.js';
import { toJobOrigin } from '../../jobs/job-databases.js';
import { migrateMart } from '../../jobs/migrate-mart.js';
import { overviewOnMart, reportOnMart } from '../report/report.js';
import { run } from '../run/run.js';
import { toRunText } from '../run/text.js';
import { addConfigOptions, addExample, SERVER_SETTINGS } from '../../terminal/options.js';
import { writeSimulatedSessions, type SimulateResult } from '../simulate/simulate.js';
import { Command } from 'commander';

const SESSIONS = 20_000;
const DAYS = 30;
const SEED = 1;
const DAY_MS = 86_400_000;
/** The rows were just written; wait for whatever still holds a transaction open after them. */
const SETTLE_MS = 20_000;

/** The part of each report that the demo prints; the full report is one command away. */
const SHOWN = [
  { name: 'chat-message-statistics', by: 'week' },
  { name: 'chat-termination', by: 'ended-by,ended-reason,agent-presence' },
];

/** `chatmart demo`: the whole pipeline on invented sessions, in the embedded server. */
export function demoCommand(context: CommandContext): Command {
  const command = new Command('demo')
    .description(
      `Simulates ${toCountText(SESSIONS)} chat sessions of the last ${DAYS} days, loads them, prints two reports and writes an overview as HTML.\n` +
        'It recreates its own databases in the embedded server each time, and ignores configured URLs.',
    )
    .action(async () => {
      const config = { ...context.loadConfig(command.opts()), demo: true };
      const { log } = context;
      const overview = await withDatabases(config, { log, recreate: true, leaveRunning: true }, (urls) => playDemo(context, config, urls));
      context.print(toNextSteps(context.invocation));
      context.print(`\nThe overview of the last seven days, for a browser: ${overview}\n`);
    });
  return addConfigOptions(addExample(command, 'chatmart demo'), SERVER_SETTINGS);
}

/** Returns the file of the overview. */
async function playDemo({ clock, log, print }: CommandContext, config: Config, { idbUrl, martUrl }: DatabaseUrls): Promise<string> {
  const { martSchema } = config;
  const settings = { clock, log, origin: toJobOrigin('demo', config) };
  const to = new Date(Math.floor(clock().getTime() / DAY_MS) * DAY_MS);
  const from = new Date(to.getTime() - DAYS * DAY_MS);
  const simulated = await writeSimulatedSessions({
    idbUrl,
    idbSchema: 'public',
    sessions: SESSIONS,
    from,
    to,
    until: to,
    seed: SEED,
    statistics: 'all',
    log,
    clock,
  });
  log(toSimulatedText(simulated));
  await migrateMart({ martUrl, martSchema }, settings);
  const summary = await run({ idbUrl, martUrl, martSchema, idbSchema: 'public', settleMs: SETTLE_MS }, settings);
  print(`\n${toRunText(summary)}`);
  for (const { name, by } of SHOWN) {
    const table = await reportOnMart({ martUrl, martSchema, name, from, to, by: parseBy(by) });
    print(`\n${await renderReport(table, 'table', { width: process.stdout.columns })}`);
  }
  const overview = await overviewOnMart({
    martUrl,
    martSchema,
    window: { preset: 'last-7-days' },
    clock,
  });
  const folder = path.join(path.resolve(config.home), 'reports');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${OVERVIEW}.html`);
  writeReport(file, await renderOverview(overview, 'html'));
  return file;
}

/** What was simulated, for people. */
export const toSimulatedText = ({ sessions, rows, firstStart, lastStart, seconds, open }: SimulateResult): string =>
  `simulated ${counted(sessions, 'session')}, ${counted(rows, 'row')} in demo_idb, ${firstStart.toISOString()} to ${lastStart.toISOString()}, ` +
  `${seconds.toFixed(1)} s; ${toCountText(open)} of them had not ended by then and have no statistics`;

/** Next steps after the demo, as they can be typed in this folder. */
export const toNextSteps = (chatmart: string): string => `
What to try next
  ${chatmart} report chat-message-statistics --demo --preset last-7-days --by day
  ${chatmart} report chat-termination --demo --preset last-7-days --by day,ended-by --format csv
  ${chatmart} sql --demo "select language, count(*) as sessions, round(avg(until_first_agent_seconds)) as wait
    from chat.sessions group by 1 order by 2 desc"
  ${chatmart} status --demo
  ${chatmart} db stop        (ends the server; the data stays)

Your own IDB in five steps (README.md, "I run it", has every command, and the passwords)
  1. Create the roles: an administrator runs deploy/roles-idb.sql in the IDB and deploy/roles-mart.sql in the mart's database.
  2. Set the URLs:
       export CHATMART_IDB_URL=postgres://chatmart_reader@idb-host/icon
       export CHATMART_MART_URL=postgres://chatmart_writer@mart-host/infomart
       export CHATMART_OWNER_URL=postgres://chatmart_owner@mart-host/infomart
  3. Create the mart:
       ${chatmart} migrate
  4. Load the IDB:
       ${chatmart} run
  5. Read a report:
       ${chatmart} report chat-termination --preset last-month --by ended-by,ended-reason
`;
