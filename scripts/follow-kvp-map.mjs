// Writes what is derived from the KVP map (specs/chat-session.json), the readings of the guide (docs/kvp-readings.json) and the hand-made
// timelines (fixtures/timelines/): ICON's attached-data specification, docs/kvp-semantics.md, and the readings in DECISIONS.md. With
// --check it only reports whether they are up to date.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const { keys } = JSON.parse(readFileSync('specs/chat-session.json', 'utf8'));
const { readings, examples } = JSON.parse(readFileSync('docs/kvp-readings.json', 'utf8'));

const ORIGIN = {
  genesys: "Genesys's own name",
  extension: 'an extension of this mart',
  assumed: "a name of ours, because Genesys's is not public",
};
const AGGREGATE = { sum: 'sum', max: 'maximum' };

// A name in the readings is a key or a prefix of several keys; a name that matches no key is a mistake.
for (const prefix of [...readings.flatMap((reading) => reading.keys), ...Object.keys(examples)])
  if (!keys.some(({ kvp }) => kvp.startsWith(prefix))) throw new Error(`docs/kvp-readings.json: no key begins with ${prefix}`);

const wanted = {
  'specs/ccon_adata_spec_chat.xml': withKeys(readFileSync('specs/ccon_adata_spec_chat.xml', 'utf8')),
  'docs/kvp-semantics.md': toSemantics(),
  'DECISIONS.md': withReadings(readFileSync('DECISIONS.md', 'utf8')),
};
for (const [file, text] of Object.entries(wanted)) {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  if (process.argv.includes('--check')) {
    console.error(`${file} is not what the KVP map, the readings and the hand-made timelines say; npm run docs writes it anew`);
    process.exitCode = 1;
  } else writeFileSync(file, text);
}

function toSemantics() {
  return `<!-- Written by scripts/follow-kvp-map.mjs: change specs/chat-session.json or docs/kvp-readings.json instead, then npm run docs. -->

# What each key means

For whoever reads the numbers of the mart. Chat Server attaches these user-data keys to an interaction, ICON stores them in the Interaction
Database, and the mart holds them in the columns below. The keys are those of Genesys; the definitions are ours. Where the Administration Guide can be
read in two ways, the entry gives our reading, and DECISIONS.md gives the reason. The examples are sessions worked out by hand in
\`fixtures/timelines/\`; \`35 -> 60\` is the time from second 35 to second 60 of the session.

An *agent* is an agent or a supervisor whom the customer can see; a bot is not an agent. \`attach-session-statistics\` is an option of Chat Server.

| key | column | unit |
| --- | --- | --- |
${keys.map((key) => `| [${key.kvp}](#${key.kvp.toLowerCase()}) | ${toColumn(key)} | ${key.unit} |`).join('\n')}

${keys.map(toSection).join('\n')}`;
}

function toSection(key) {
  const taken = readings.filter((reading) => reading.keys.some((prefix) => key.kvp.startsWith(prefix)));
  return `## ${key.kvp}

${key.description}

- Column: ${toColumn(key)}, ${ORIGIN[key.origin]}
- Unit: ${key.unit}${key.values ? ` (${key.values.join(', ')})` : ''}; ${key.default === null ? 'no value' : key.default} when the key is absent${key.aggregate ? `; aggregates hold the ${AGGREGATE[key.aggregate]}` : ''}
- Attached: ${toAttached(key)}${key.since ? `; since Chat Server ${key.since}` : ''}
${list(
  'Reading',
  taken.map(({ matter, taken }) => `*${matter}*: ${taken}`),
)}${list('Example', toExamples(key))}`;
}

function toColumn({ table, column }) {
  return `\`${table}.${column}\``;
}

function toAttached({ kvp, attached, type }) {
  const when = {
    always: 'always',
    statistics: 'unless `attach-session-statistics` is `none`',
    optional: 'if the first user data named it, unless `attach-session-statistics` is `none`',
    fired: 'unless `attach-session-statistics` is `none`; with `fired` only if it occurred',
    bots: 'where Bot Gateway Server is deployed, unless `attach-session-statistics` is `none`',
  }[attached];
  const async = /^cse_Async/.test(kvp) ? 'to async sessions, ' : '';
  const late = type === 'end' || /^csg_SessionEnded/.test(kvp) ? ', at the end of the session only' : '';
  return async + when + late;
}

/** The value and its arithmetic in the timelines that show the key best; an extension may have none. */
function toExamples({ kvp, origin }) {
  const longest = Object.keys(examples)
    .sort((a, b) => b.length - a.length)
    .find((prefix) => kvp.startsWith(prefix));
  return (examples[longest] ?? []).flatMap((name) => {
    const file = `fixtures/timelines/${name}.md`;
    const row = new RegExp(`^\\| ${kvp} +\\| (.+?) +\\| (.+) \\|$`, 'm').exec(readFileSync(file, 'utf8'));
    if (row === null && origin === 'extension') return [];
    if (row === null) throw new Error(`${file} does not show ${kvp}; choose another example in docs/kvp-readings.json`);
    return `[${name}](../${file}): **${row[1]}** (${row[2]})`;
  });
}

function list(title, lines) {
  if (lines.length < 2) return lines.map((line) => `- ${title}: ${line}\n`).join('');
  return `- ${title}s:\n${lines.map((line) => `  - ${line}\n`).join('')}`;
}

/** ICON's specification with the keys of the map, each below the comment that says when it is attached; those comments are typed there. */
function withKeys(specification) {
  const groups = ['always', 'optional', 'statistics', 'fired', 'bots'].map((attached) => keys.filter((key) => key.attached === attached));
  return specification.replace(/(?:    <key .*\n)+/g, () =>
    groups
      .shift()
      .map(({ kvp }) => `    <key name="${kvp}" source="userdata" history="all"></key>\n`)
      .join(''),
  );
}

function withReadings(decisions) {
  const [start, end] = ['<!-- readings -->', '<!-- /readings -->'];
  const [before, rest] = decisions.split(start);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`DECISIONS.md: the readings of docs/kvp-readings.json belong between ${start} and ${end}`);
  const rows = readings.map(({ matter, open, taken, why }) => `| ${matter} | ${open} | ${taken} | ${why} |`);
  return `${before}${start}

| matter | what the guide leaves open | reading taken | why |
|---|---|---|---|
${rows.join('\n')}

${end}${after}`;
}
