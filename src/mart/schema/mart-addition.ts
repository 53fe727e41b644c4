import { quoteIdentifier } from '../../db/quote.js';

/** What kind of object was added to a mart, changed in it, or removed. */
export type AdditionKind =
  | 'relation'
  | 'column'
  | 'index'
  | 'inheritance'
  | 'storage'
  | 'constraint'
  | 'reference'
  | 'trigger'
  | 'event-trigger'
  | 'rule'
  | 'row-security'
  | 'publication'
  | 'sequence';

/** One thing in a mart's database that is not as chatmart made it. */
export interface Addition {
  readonly kind: AdditionKind;
  /** PostgreSQL's name for it, if it has one. */
  readonly name?: string;
  /** Lower case; null: it affects all tables. */
  readonly table: string | null;
  /** Name of the function that it calls. */
  readonly calls?: string;
  /** `problem`: it stops a job or makes its result wrong. `warning`: it may do so. `note`: good to know. */
  readonly severity: 'problem' | 'warning' | 'note';
  /** What it is, with its names; a sentence without its full stop. */
  readonly found: string;
  /** What to type or do; a sentence without its full stop. */
  readonly next: string;
}

/** Name of a table or view for a sentence, and in SQL. */
export const toLabel = (name: string): string => name.toUpperCase();
export const toQualified = (schema: string, name: string): string => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
