import { quoteIdentifier } from '../../db/quote.js';

/** What kind of thing somebody has added to a mart, changed in it, or taken away. */
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
  /** What PostgreSQL calls it, where it has a name of its own. */
  readonly name?: string;
  /** Lower case; null: it concerns all tables. */
  readonly table: string | null;
  /** Name of the function that it calls. */
  readonly calls?: string;
  /** `problem`: it keeps a job from its work, or makes what it leaves wrong. `warning`: it may do so. `note`: good to know. */
  readonly severity: 'problem' | 'warning' | 'note';
  /** What it is, with its names, in a sentence without its full stop. */
  readonly found: string;
  /** What to type or to do, in a sentence without its full stop. */
  readonly next: string;
}

/** Name of a table or view for a sentence, and in SQL. */
export const toLabel = (name: string): string => name.toUpperCase();
export const toQualified = (schema: string, name: string): string => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
