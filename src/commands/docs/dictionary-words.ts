import type { Relationship } from '../../mart/schema/relationships.js';
import type { Dictionary, DictionaryColumn, DictionaryRelation } from './dictionary.js';

/** The title of a mart's dictionary. */
export const titleOf = ({ martSchema }: Dictionary): string => `Data dictionary of ${martSchema}`;

/** What a column of a relation joins. */
export const referencesOf = (
  { martSchema, relationships }: Dictionary,
  { schema, name }: DictionaryRelation,
  column: Pick<DictionaryColumn, 'name'>,
): Relationship[] => (schema === martSchema ? relationships.filter((each) => each.table === name && each.column === column.name) : []);

/** What is said of a column that roles may be kept from. */
export const PERSONAL = 'May identify a person.';

/** The description of a column in one line, as BI tools show it. */
export const describeColumn = ({ meaning, unit, source, empty, personal }: DictionaryColumn): string =>
  [
    meaning,
    unit === undefined ? '' : `Unit: ${unit}.`,
    source === undefined ? '' : `User-data key: ${source}.`,
    empty ?? '',
    personal === true ? PERSONAL : '',
  ]
    .filter((part) => part !== '')
    .join(' ');

/** A name for people: `until_first_agent_seconds` -> `Until first agent seconds`. */
export const toTitle = (name: string): string => {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};
