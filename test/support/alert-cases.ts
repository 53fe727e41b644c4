/** Samples over time in promtool's notation, and when an alert must fire on them. */
export interface AlertCase {
  readonly alert: string;
  /** A short name for the situation. */
  readonly name: string;
  /** Samples by series, one value per `interval`. */
  readonly series: Readonly<Record<string, string>>;
  readonly interval?: string;
  /** The times at which the alert is silent, and those at which it fires with its labels and annotations. */
  readonly silentAt?: readonly string[];
  readonly fires?: readonly { readonly at: string; readonly labels?: Readonly<Record<string, string>>; readonly summary: string }[];
}

/** The labels that Prometheus adds to what it scrapes. */
const AT = { instance: 'host:9187', job: 'chatmart' };

const series = (name: string, labels: Readonly<Record<string, string>> = {}): string =>
  `${name}{${Object.entries({ ...AT, ...labels })
    .map(([label, value]) => `${label}="${value}"`)
    .join(',')}}`;

const RUN = { job_name: 'cycle' };
const MAINTENANCE = { job_name: 'maintain' };
const IDB = { source: 'idb' };

const lastSuccess = (job: Readonly<Record<string, string>>): string => series('chatmart_job_last_success_timestamp_seconds', job);
const attempts = (outcome: string, job: Readonly<Record<string, string>> = RUN): string =>
  series('chatmart_job_attempts_total', { ...job, outcome });
const SKIPPED = series('chatmart_job_skipped_ticks_total', RUN);
const BUILD = series('chatmart_build_info', { version: '0.1.0' });
const COMPLETE = series('chatmart_source_complete_until_timestamp_seconds', IDB);
const CEILING_AGE = series('chatmart_source_ceiling_age_seconds', IDB);
const HISTORY = series('chatmart_history_start_timestamp_seconds');
const NEWEST = series('chatmart_source_newest_row_timestamp_seconds', IDB);
const PENDING = series('chatmart_pending_since_timestamp_seconds');
const CERTIFICATE = series('chatmart_certificate_not_after_timestamp_seconds', { place: 'mart', certificate: 'server' });

const DAY = 86_400;

/** Each alert of deploy/alerts.yaml, with data on which it must fire (and usually resolve again) and data on which it must not. */
export const ALERT_CASES: readonly AlertCase[] = [
  {
    alert: 'ChatmartNoCycle',
    name: 'the last success gets old, also over a restart, and there is one again',
    series: { [lastSuccess(RUN)]: '60x30 _x3 60x10 2520x10' },
    silentAt: ['15m', '50m'],
    fires: [{ at: '40m', labels: RUN, summary: 'No run has succeeded for 39m 0s.' }],
  },
  {
    alert: 'ChatmartNoCycle',
    name: 'one every five minutes',
    series: { [lastSuccess(RUN)]: '60x5 360x5 660x5 960x5 1260x5 1560x5 1860x5' },
    silentAt: ['34m'],
  },
  {
    alert: 'ChatmartNeverDone',
    name: 'no success, over a restart, until there is one',
    series: { [lastSuccess(RUN)]: '0x25 1560x10' },
    silentAt: ['15m', '30m'],
    fires: [{ at: '25m', labels: RUN, summary: 'No run has ever succeeded, as far as is known.' }],
  },
  { alert: 'ChatmartNeverDone', name: 'success, however old', series: { [lastSuccess(RUN)]: '60x60' }, silentAt: ['60m'] },
  {
    alert: 'ChatmartMetricsMissing',
    name: 'there never was any',
    series: { up: '1x30' },
    silentAt: ['5m'],
    fires: [{ at: '15m', labels: {}, summary: 'There are no metrics of chatmart any more.' }],
  },
  {
    alert: 'ChatmartMetricsMissing',
    name: 'one of two is gone, and comes back as another version',
    series: {
      [BUILD]: '1x10 stale',
      [BUILD.replace('0.1.0', '0.2.0')]: '_x40 1x10',
      'chatmart_build_info{instance="other:9187",job="chatmart",version="0.1.0"}': '1x60',
    },
    silentAt: ['10m', '45m'],
    fires: [{ at: '30m', summary: 'There are no metrics of chatmart at host:9187 any more.' }],
  },
  {
    alert: 'ChatmartMetricsMissing',
    name: 'an upgrade',
    series: { [BUILD]: '1x10 stale', [BUILD.replace('0.1.0', '0.2.0')]: '_x12 1x60' },
    silentAt: ['30m', '60m'],
  },
  {
    alert: 'ChatmartNoTick',
    name: 'ticks come no more, and again after a restart',
    series: { [series('chatmart_last_tick_timestamp_seconds')]: '0+60x10 600x20 1860+60x10' },
    silentAt: ['10m', '35m'],
    fires: [{ at: '25m', summary: 'The scheduler has not looked for work for 15m 0s.' }],
  },
  {
    alert: 'ChatmartNoTick',
    name: 'a tick a minute',
    series: { [series('chatmart_last_tick_timestamp_seconds')]: '0+60x60' },
    silentAt: ['60m'],
  },
  {
    alert: 'ChatmartRestarts',
    name: 'it is started every five minutes for a while',
    series: {
      [series('process_start_time_seconds')]: '0x10 600x5 900x5 1200x5 1500x5 1800x5 2100x90',
      [series('chatmart_last_tick_timestamp_seconds')]: '0+60x130',
    },
    silentAt: ['20m', '120m'],
    fires: [{ at: '45m', summary: 'The scheduler was started 6 times within an hour.' }],
  },
  {
    alert: 'ChatmartRestarts',
    name: 'one upgrade, and other programs that come and go',
    series: {
      [series('process_start_time_seconds')]: '0x10 600x50',
      'process_start_time_seconds{instance="other:9100",job="node"}': '0+60x60',
      [series('chatmart_last_tick_timestamp_seconds')]: '0+60x60',
    },
    silentAt: ['30m', '60m'],
  },
  {
    alert: 'ChatmartBehind',
    name: 'complete until the same time for half an hour, then it catches up',
    series: { [COMPLETE]: '60x30 1800x10' },
    silentAt: ['15m', '35m'],
    fires: [{ at: '28m', labels: IDB, summary: 'The mart is complete only until 27m 0s ago, for source idb.' }],
  },
  {
    alert: 'ChatmartBehind',
    name: 'complete until a minute ago, and nothing complete yet',
    series: { [COMPLETE]: '60+60x60', [COMPLETE.replace('idb', 'idb2')]: '0x60' },
    silentAt: ['60m'],
  },
  {
    alert: 'ChatmartNothingComplete',
    name: 'nothing for hours, then something',
    series: { [COMPLETE]: '0x90 5400x10' },
    silentAt: ['55m', '95m'],
    fires: [{ at: '80m', labels: IDB, summary: 'Nothing counts as complete yet, for source idb.' }],
  },
  { alert: 'ChatmartNothingComplete', name: 'complete, however long ago', series: { [COMPLETE]: '60x120' }, silentAt: ['120m'] },
  {
    alert: 'ChatmartClockAhead',
    name: 'a clock was an hour ahead, until the next run',
    series: { [COMPLETE]: '60+60x10 4800x30 2520x10' },
    silentAt: ['15m', '45m'],
    fires: [{ at: '30m', labels: IDB, summary: 'Source idb is complete until a time that lies 50m 0s in the future.' }],
  },
  { alert: 'ChatmartClockAhead', name: 'two clocks that differ by a minute', series: { [COMPLETE]: '60+60x60' }, silentAt: ['50m'] },
  {
    alert: 'ChatmartCeilingHeld',
    name: 'a transaction gets old, and ends',
    series: { [CEILING_AGE]: '0+60x40 0x10' },
    silentAt: ['20m', '45m'],
    fires: [{ at: '30m', labels: IDB, summary: 'A transaction that has been open for 30m 0s delays source idb.' }],
  },
  {
    alert: 'ChatmartCeilingHeld',
    name: 'transactions of a few minutes',
    series: { [CEILING_AGE]: '0+60x10 0+60x10 0+60x10' },
    silentAt: ['10m', '30m'],
  },
  {
    alert: 'ChatmartJobFails',
    name: 'it fails each minute for ten minutes',
    series: { [attempts('unavailable')]: '0x10 1+1x9 10x60', [attempts('failed')]: '0x80', [attempts('done')]: '0+1x80' },
    silentAt: ['10m', '60m'],
    fires: [{ at: '25m', labels: RUN, summary: 'The job cycle failed 10 times within an hour.' }],
  },
  {
    alert: 'ChatmartJobFails',
    name: 'maintenance fails every quarter of an hour, from the first scrape on',
    series: { [attempts('failed', MAINTENANCE)]: '0x14 1x14 2x14 3x14 4x14 5x14', [attempts('unavailable', MAINTENANCE)]: '0x90' },
    silentAt: ['30m'],
    fires: [{ at: '75m', labels: MAINTENANCE, summary: 'The job maintain failed 4 times within an hour.' }],
  },
  {
    alert: 'ChatmartJobFails',
    name: 'other runs are at work, a few failures, a restart',
    series: { [attempts('busy')]: '0+1x60', [attempts('failed')]: '0x10 1x20 0x10 1x20' },
    silentAt: ['30m', '60m'],
  },
  {
    alert: 'ChatmartTicksSkipped',
    name: 'runs every hour that take three, and then a short one',
    interval: '5m',
    series: {
      [SKIPPED]: '0x12 1x12 2x12 2x12 3x12 4x12 4x12 5x12 6x120',
      [attempts('done')]: '0x35 1x35 2x35 3x12 4x12 5x12 6x12 7x12 8x12 9x12 10x60',
    },
    silentAt: ['2h', '18h'],
    fires: [{ at: '9h', labels: RUN, summary: 'Runs take longer than their frequency.' }],
  },
  {
    alert: 'ChatmartTicksSkipped',
    name: 'one run that takes a quarter of an hour',
    interval: '5m',
    series: { [SKIPPED]: '0x12 1 2 3x120', [attempts('done')]: '0+1x120' },
    silentAt: ['70m', '5h'],
  },
  {
    alert: 'ChatmartNoUpkeep',
    name: 'the last one gets old, over restarts, and it is done again',
    interval: '1h',
    series: { [lastSuccess(MAINTENANCE)]: `3600x30 _x2 3600x30 ${65 * 3_600}x10`, [HISTORY]: '60x80' },
    silentAt: ['40h', '66h'],
    fires: [{ at: '60h', labels: MAINTENANCE, summary: 'The daily maintenance has not been done for 2d 11h 0m 0s.' }],
  },
  {
    alert: 'ChatmartNoUpkeep',
    name: 'it never was, in a mart of some days',
    interval: '1h',
    // promtool's time starts in 1970, so "never" (0) would look recent: this is the value as seen from this century.
    series: { [lastSuccess(MAINTENANCE)]: '-2000000000x60', [HISTORY]: '60x60' },
    silentAt: ['40h'],
    fires: [{ at: '50h', labels: MAINTENANCE, summary: 'The daily maintenance has never been done.' }],
  },
  {
    alert: 'ChatmartNoUpkeep',
    name: 'it never was, in a new mart',
    interval: '1h',
    series: { [lastSuccess(MAINTENANCE)]: '0x80', [HISTORY]: `${40 * 3_600}x80` },
    silentAt: ['80h'],
  },
  {
    alert: 'ChatmartNoUpkeep',
    name: 'nobody is to do it',
    interval: '1h',
    series: { [lastSuccess(RUN)]: '0+3600x80', [HISTORY]: '60x80' },
    silentAt: ['80h'],
  },
  {
    alert: 'ChatmartDiscards',
    name: 'from none to many, in a mart that was watched for an hour, and a day later none is recent',
    interval: '10m',
    series: {
      [series('chatmart_recent_discards', { code: 'NO_END' })]: '0x3 80x140 0x20',
      [series('chatmart_recent_discards', { code: 'BAD_MEASURE' })]: '0x3 40x140 0x20',
    },
    silentAt: ['1h', '26h'],
    fires: [{ at: '2h', summary: 'There are 120 more discards than a day ago.' }],
  },
  {
    alert: 'ChatmartDiscards',
    name: 'many for a moment, few for long, old ones',
    interval: '10m',
    series: {
      [series('chatmart_recent_discards', { code: 'NO_END' })]: '0x3 800x3 50x100',
      [series('chatmart_open_discards', { code: 'NO_END' })]: '9000x100',
    },
    silentAt: ['1h', '15h'],
  },
  {
    alert: 'ChatmartStaleSessions',
    name: 'one becomes stale, and is so for over a week',
    interval: '10m',
    series: { [series('chatmart_newly_stale_sessions')]: '0x5 1x1000 0x20' },
    silentAt: ['30m', '168h'],
    fires: [{ at: '2h', summary: 'Within the last week, 1 open async sessions passed 30 days without a row.' }],
  },
  {
    alert: 'ChatmartStaleSessions',
    name: 'old ones',
    interval: '10m',
    series: { [series('chatmart_newly_stale_sessions')]: '0x20', [series('chatmart_stale_sessions')]: '7x20' },
    silentAt: ['3h'],
  },
  {
    alert: 'ChatmartNothingArrives',
    name: 'nothing for a day, over restarts, then something',
    interval: '10m',
    series: { [NEWEST]: `600x60 _x3 600x110 ${29 * 3_600}x20`, [HISTORY]: '60x200' },
    silentAt: ['24h', '30h'],
    fires: [{ at: '26h', labels: IDB, summary: 'ICON has stored nothing of a chat in source idb for 1d 1h 50m 0s.' }],
  },
  {
    alert: 'ChatmartNothingArrives',
    name: 'nothing ever, in a mart of some days',
    interval: '1h',
    series: { [NEWEST]: '-2000000000x60', [HISTORY]: '60x60' },
    silentAt: ['20h'],
    fires: [{ at: '50h', labels: IDB, summary: 'ICON has stored nothing of a chat in source idb.' }],
  },
  {
    alert: 'ChatmartNothingArrives',
    name: 'a quiet night, and a new mart',
    interval: '1h',
    series: { [NEWEST]: `3600x15 ${15 * 3_600}x20`, [NEWEST.replace('idb', 'idb2')]: '0x40', [HISTORY]: `${20 * 3_600}x40` },
    silentAt: ['14h', '34h'],
  },
  {
    alert: 'ChatmartAggregatesBehind',
    name: 'a change waits for over a day, over restarts, until it is aggregated',
    interval: '10m',
    series: { [PENDING]: '0x5 3600x80 _x3 3600x80 0x10' },
    silentAt: ['20h', '29h'],
    fires: [{ at: '27h', summary: 'Intervals have waited for 1d 2h 0m 0s to be aggregated.' }],
  },
  {
    alert: 'ChatmartAggregatesBehind',
    name: 'changes of each run, and none',
    interval: '10m',
    series: { [PENDING]: '0+600x200', [PENDING.replace('host', 'other')]: '0x200' },
    silentAt: ['33h'],
  },
  {
    alert: 'ChatmartMartRestored',
    name: 'a run finds it, and restarts do not end the alarm within a day',
    interval: '10m',
    series: { [series('chatmart_mart_went_back_timestamp_seconds')]: '0x10 6600x60 _x3 6600x110' },
    silentAt: ['1h', '26h'],
    fires: [{ at: '20h', summary: 'The mart was found to be older than before, or elsewhere, 18h 10m 0s ago.' }],
  },
  {
    alert: 'ChatmartMartRestored',
    name: 'never',
    interval: '10m',
    series: { [series('chatmart_mart_went_back_timestamp_seconds')]: '0x100' },
    silentAt: ['15h'],
  },
  {
    alert: 'ChatmartCertificateExpires',
    name: 'it has a month left, then none, and is renewed',
    interval: '12h',
    series: { [CERTIFICATE]: `${40 * DAY}x90 ${400 * DAY}x10` },
    silentAt: ['216h', '1116h'],
    fires: [
      { at: '480h', summary: 'The certificate (server) between chatmart and mart expires in 20d 0h 0m 0s.' },
      { at: '984h', summary: 'The certificate (server) between chatmart and mart has expired.' },
    ].map((each) => ({ ...each, labels: { place: 'mart', certificate: 'server' } })),
  },
  {
    alert: 'ChatmartCertificateExpires',
    name: 'it has years left',
    interval: '12h',
    series: { [CERTIFICATE]: `${4_000 * DAY}x90` },
    silentAt: ['1080h'],
  },
];

interface Rule {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The cases as files for `promtool test rules`, one per interval, because rules are evaluated at the interval of the samples. */
export function toPromtoolTests(ruleFile: string, rules: readonly Rule[]): string[] {
  const intervals = [...new Set(ALERT_CASES.map(({ interval = '1m' }) => interval))];
  return intervals.map((interval) =>
    JSON.stringify({
      rule_files: [ruleFile],
      evaluation_interval: interval,
      tests: ALERT_CASES.filter((each) => (each.interval ?? '1m') === interval).map((each) => toPromtoolTest(each, rules)),
    }),
  );
}

function toPromtoolTest(
  { alert, name, series: input, interval = '1m', silentAt = [], fires = [] }: AlertCase,
  rules: readonly Rule[],
): object {
  const { labels: ruleLabels, annotations } = rules.find((rule) => rule.alert === alert)!;
  // A metric that never existed has no labels to say where it is missing.
  const place = Object.keys(input).some((each) => each.includes('instance=')) ? AT : {};
  const toTest = (at: string, alerts: readonly object[]): object => ({ eval_time: at, alertname: alert, exp_alerts: alerts });
  return {
    name: `${alert}: ${name}`,
    interval,
    input_series: Object.entries(input).map(([each, values]) => ({ series: each, values })),
    alert_rule_test: [
      ...silentAt.map((at) => toTest(at, [])),
      ...fires.map(({ at, labels = {}, summary }) =>
        toTest(at, [{ exp_labels: { ...ruleLabels, ...place, ...labels }, exp_annotations: { ...annotations, summary } }]),
      ),
    ],
  };
}
