import { GROUPS, type Dictionary, type DictionaryRelation, type Group } from './dictionary.js';
import { PERSONAL, referencesOf, titleOf } from './dictionary-words.js';
import { toFigures } from './figures.js';

/** Escapes what Markdown would read: an own key may have any name. */
const cell = (text: string | undefined): string => (text ?? '').replace(/[\\`*_{}[\]<>|~]/g, '\\$&').replace(/\s+/g, ' ');

const table = (titles: readonly string[], rows: readonly (readonly (string | undefined)[])[]): string =>
  [titles, titles.map(() => '---'), ...rows.map((row) => row.map(cell))].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** The dictionary as Markdown, with the star as a mermaid diagram. */
export function toDictionaryMarkdown(dictionary: Dictionary): string {
  const { relations, martSchema, schemaVersion, program } = dictionary;
  const groups = (Object.keys(GROUPS) as Group[]).filter((group) => relations.some((each) => each.group === group));
  return `# ${cell(titleOf(dictionary))}

Schema ${cell(martSchema)}, version ${cell(schemaVersion)}, chatmart ${program}. Examples are values of this mart; … stands for what may be about a person.

## The star

${toMermaid(dictionary)}

${groups
  .map(
    (group) => `## ${GROUPS[group]}

${relations
  .filter((each) => each.group === group)
  .map((each) => toSection(each, dictionary))
  .join('\n\n')}`,
  )
  .join('\n\n')}

## Figures

${table(
  ['Figure', 'Title', 'Meaning', 'Formula'],
  toFigures(dictionary).map(({ name, title, sentence, formula }) => [name, title, sentence, formula]),
)}
`;
}

function toSection(relation: DictionaryRelation, dictionary: Dictionary): string {
  const { schema, name, isView, comment, columns, key } = relation;
  return `### ${cell(`${schema}.${name}`)}

${isView ? 'View' : 'Table'}. ${cell(comment)}

${table(
  ['Column', 'Type', 'Meaning', 'Unit', '0 or NULL', 'User-data key', 'Example'],
  columns.map((column) => [
    column.name,
    `${column.type}${column.isNotNull ? ', not null' : ''}${key.includes(column.name) ? ', key' : ''}`,
    [
      column.meaning,
      ...(column.personal === true ? [PERSONAL] : []),
      ...referencesOf(dictionary, relation, column).map((each) => `Joins ${each.to}.${each.key}.`),
    ].join(' '),
    ...[column.unit, column.empty, column.source, column.example],
  ]),
)}`;
}

/** The joins of the star's tables. */
function toMermaid({ relations, relationships }: Dictionary): string {
  const isInStar = (name: string): boolean =>
    relations.some((each) => each.name === name && each.group === 'star' && name !== 'chat_session');
  const joins = relationships.filter(({ table, to }) => isInStar(table) && isInStar(to));
  return ['```mermaid', 'erDiagram', ...joins.map(({ table, column, to }) => `  ${to} ||--o{ ${table} : ${column}`), '```'].join('\n');
}
