// Writes docs/measures.md from the registry of measures (specs/measures.json) and the KVP map (specs/chat-session.json). With --check it only
// reports whether it is up to date.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const FILE = 'docs/measures.md';
const { terms, outcomes, measures, serviceLevels, durations, figures, serviceLevelFigures } = JSON.parse(
  readFileSync('specs/measures.json', 'utf8'),
);
const { keys } = JSON.parse(readFileSync('specs/chat-session.json', 'utf8'));

const cell = (text) => text.replaceAll('|', '\\|');
const code = (text) => `\`${cell(text)}\``;
const table = (titles, rows) => [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const sumOf = (columns) => (columns.length === 1 ? code(columns[0]) : `(${columns.map(code).join(' + ')})`);

const FIGURE = {
  total: ({ column }) => ({ formula: code(column), none: '0', adds: 'over time and sessions' }),
  sum: ({ of }) => ({ formula: of.map(code).join(' + '), none: '0', adds: 'over time and sessions' }),
  largest: ({ column, among }) => ({
    formula: `largest ${code(column)}`,
    none: `null without any ${code(among)}`,
    adds: 'the largest of the largest',
  }),
  average: ({ of, per }) => ({ formula: `${code(of)} / ${code(per)}`, none: `null without any ${code(per)}`, adds: 'not at all' }),
  share: ({ of }) => ({
    formula: `${code(of)} / ${code(of)} of the whole report`,
    none: 'null in a report without sessions',
    adds: 'over the rows of the report',
  }),
  percentile: ({ of, among, percent }) => ({
    formula: `percentile ${percent} of ${code(of)} over ${code(among)}`,
    none: `null without any ${code(among)}`,
    adds: 'not at all; its distribution does',
  }),
  concurrency: ({ mode, value }) => ({
    formula: `${{ most: 'largest number', average: 'mean over time', at_end: 'number in the last second' }[value]} of ${mode} sessions between \`START_TS\` and \`END_TS\``,
    none: 'null if facts of sessions that were open then are purged, and before the period has begun',
    adds: { most: 'over time, the largest', average: 'over sessions', at_end: 'over sessions' }[value],
  }),
  ratio: ({ of, per, less = [] }) => ({
    formula: `${sumOf(of)} / ${less.length === 0 ? sumOf(per) : `(${sumOf(per)} - ${sumOf(less)})`}`,
    none: 'null if it would be divided by 0',
    adds: 'not at all',
  }),
};

const HANDLED = [
  [
    '`SESSIONS_HANDLED`',
    'an agent joined, and the session has ended',
    'what became of ended sessions: with `SESSIONS_ABANDONED` and `SESSIONS_UNKNOWN` it adds up to them',
  ],
  ['`OUTCOME_HANDLED`', 'the same, and nothing says that no agent wrote', 'what customers got: leaves out `OUTCOME_AGENT_NEVER_WROTE`'],
  [
    '`SESSIONS_ANSWERED`',
    'an agent joined, whether the session has ended or not',
    'service levels, and how many customers reached an agent',
  ],
  ['`SESSIONS_REPLIED`', 'an agent replied to a message of the customer', 'conversations: a greeting is no reply'],
];

const text = `<!-- Written by scripts/write-measures.mjs: change specs/measures.json or specs/chat-session.json instead, then npm run docs. -->

# What each figure means

Everything that reports show and that \`AGT_CHAT_STATS_*\` and \`AG2_CHAT_STATS_*\` hold. An average is never stored: reports compute it from sums, for
each row and for the total. Sums and counts add up over time and over sessions; maxima are combined by their maximum.

## Outcomes

Each session has exactly one: the first of these that applies. The sum of the \`OUTCOME_*\` columns is \`SESSIONS\`.

${table(
  ['outcome', 'what it means', 'condition'],
  outcomes.map(({ name, when, sentence }) => [name, cell(sentence), when === undefined ? 'else' : code(when)]),
)}

In conditions, \`{came:KEY}\` means that Chat Server sent this user-data key, \`{setting:NAME}\` is a property of \`CTL_SCHEMA_INFO\`, and a name in braces is one of these terms:

${table(
  ['term', 'what it means', 'condition'],
  terms.map(({ name, when, sentence }) => [name, cell(sentence), code(when)]),
)}

## Four figures that can be called "handled"

${table(['column', 'counts a session if', 'answers'], HANDLED)}

## Figures of reports

N is each number of seconds that the mart counts: those of the setting \`service-level-seconds\`, 20 and 60 unless it says otherwise. The report
\`service-level\` shows the four conventions side by side; \`chat-session\` shows the first.

${table(
  ['figure', 'for supervisors', 'formula', 'without a value', 'adds up'],
  [...figures, ...serviceLevelFigures.map((figure) => JSON.parse(JSON.stringify(figure).replaceAll('{seconds}', 'N')))].map((figure) => {
    const { formula, none, adds } = FIGURE[figure.figure](figure);
    return [`\`${figure.name}\` ${figure.title}`, cell(figure.sentence), formula, none, adds];
  }),
)}

## Percentiles in SQL

\`AG2_CHAT_DURATIONS_SUBHR\` counts sessions by quarter of an hour (\`DATE_TIME_KEY\`), tenant, media type, \`CHAT_SESSION_DIM\`, outcome, bot, duration and bucket,
also those whose facts are purged. \`chat_histogram(bucket, sessions)\` adds up any of its rows, and \`chat_percentile(histogram, fraction)\` reads a percentile
from the sum: what \`percentile_cont\` gives for the seconds themselves, at most 2 % or a second off.

\`\`\`sql
select
  date_time.cal_date,
  sum(sessions) as sessions,
  chat_percentile(chat_histogram(bucket, sessions), 0.5) as p50,
  chat_percentile(chat_histogram(bucket, sessions), 0.9) as p90
from ag2_chat_durations_subhr
join date_time using (date_time_key)
where duration = 'until_first_agent'
group by date_time.cal_date
order by date_time.cal_date;
\`\`\`

${table(
  ['duration', 'column of the fact', 'sessions', 'what it says'],
  durations.map(({ name, of, among, sentence }) => [code(name), code(of.toUpperCase()), code(among.toUpperCase()), cell(sentence)]),
)}

## Columns of the aggregates

NULL means not counted: in rows that an older chatmart built, until \`chatmart run\` or \`chatmart aggregate\` has built them anew, and where the facts were purged before.

${table(
  ['column', 'unit', 'what it says', 'of a session', 'combined by', 'may be NULL'],
  [...measures, ...serviceLevels].map(({ name, unit, sentence, of, when, combine, first }) => [
    code(name.toUpperCase().replaceAll('{SECONDS}', 'N')),
    unit,
    cell(sentence.replaceAll('{seconds}', 'N')),
    [of === undefined ? '1' : code(of), ...(when === undefined ? [] : [`if ${code(when.replaceAll('{seconds}', 'N'))}`])].join(' '),
    combine,
    first ? 'no' : 'yes',
  ]),
)}

and the measures of the fact, under their own names:

${table(
  ['column', 'unit', 'what it says', 'user-data key', 'combined by'],
  keys
    .filter(({ type }) => type === 'measure')
    .map(({ column, unit, description, kvp, aggregate }) => [
      code(column),
      unit,
      cell(description),
      `[${kvp}](kvp-semantics.md#${kvp.toLowerCase()})`,
      aggregate,
    ]),
)}
`;

if (!existsSync(FILE) || readFileSync(FILE, 'utf8') !== text) {
  if (process.argv.includes('--check')) {
    console.error(`${FILE} is not what the registry of measures says; npm run docs writes it anew`);
    process.exitCode = 1;
  } else writeFileSync(FILE, text);
}
